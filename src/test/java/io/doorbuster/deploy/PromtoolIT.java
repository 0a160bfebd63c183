package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts, read by Prometheus' own tool. */
@Tag("promtool")
final class PromtoolIT {
  private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");

  @TempDir private Path folder;

  @Test
  void alerts_allOfThem_areRules() throws Exception {
    Tool.Verdict verdict = Tool.run("promtool", "check", "rules", ALERTS.toString());
    assertThat(verdict.exit()).as(verdict.text()).isZero();
    long alerts = Files.readAllLines(ALERTS).stream().filter(l -> l.contains("- alert: ")).count();
    assertThat(verdict.text()).contains(alerts + " rules found");
  }

  @Test
  void alert_withAnExpressionThatIsNone_isRefused() throws Exception {
    String text = Files.readString(ALERTS).replaceFirst("expr: .*", "expr: sum(");
    Path broken = Files.writeString(folder.resolve("alerts.yaml"), text);
    assertThat(Tool.run("promtool", "check", "rules", broken.toString()).exit()).isNotZero();
  }
}
