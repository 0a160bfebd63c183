package io.doorbuster.gate.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The kernel says how nice a thread is. */
@EnabledOnOs(OS.LINUX)
final class BackgroundTest {
  private static final int UNKNOWN = Integer.MIN_VALUE;

  @Test
  void of_someWork_givesWayToOthers_andOnlyItself() throws Exception {
    AtomicInteger seen = new AtomicInteger(UNKNOWN);
    int before = niceness();
    Thread worker = Thread.ofPlatform().start(Background.of(() -> seen.set(niceness())));
    worker.join();
    assertThat(seen).hasValue(15);
    assertThat(niceness()).isEqualTo(before);
  }

  private static int niceness() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      // Behind the name in brackets the 19th field of all is the 17th.
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
