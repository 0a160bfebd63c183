package io.doorbuster.cli;

import io.doorbuster.sale.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration of the command line. */
public final class DurationText implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    return Durations.parse(value)
        .orElseThrow(() -> new TypeConversionException("write it as 500ms, 15s or 2m"));
  }
}
