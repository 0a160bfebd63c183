package io.doorbuster.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class PlanCommandTest {
  @TempDir private Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new PlanCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words);
    return new Run(exit, out.toString(), err.toString());
  }

  @Test
  void plan_ofACrowd_showsEachFormula() {
    Run run = run("--buyers", "100000", "--units", "200", "--peak", "10s");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("the stock lasts")
        .contains("= max(100,000 / 10 s, 100,000 / 5 s)")
        .contains("Gbit/s");
  }

  @Test
  void plan_ofASalesFile_takesItsCrowdAndItsPage() {
    Run run = run("--sale", "examples/sale.yaml", "--json");
    JsonObject plan = new JsonObject(run.out());
    assertThat(plan.getJsonArray("lines").size()).isGreaterThan(15);
    assertThat(run.out()).contains("100,000").contains("3 SKUs * 10 places / 5 s");
    Run more = run("--sale", "examples/sale.yaml", "--buyers", "4000000", "--reserved", "1");
    assertThat(more.exit()).isEqualTo(1);
    assertThat(more.out()).contains("warning: 1 Gbit/s are reserved");
  }

  @ParameterizedTest
  @CsvSource({
    "--units 5,--buyers is missing",
    "--buyers 5,--units is missing",
    "--buyers 0 --units 5,at least 1",
    "--buyers 9 --units 5 --peak soon,15s",
    "--buyers 9 --units 5 --peak 0s,above 0",
    "--buyers 9 --units 5 --load 2,--load",
    "--buyers 9 --units 5 --pick best,fair or first",
    "--buyers 9 --sale nowhere.yaml,There is no file",
    "--buyers 9 --units 5 --figures README.md,no file of ./bench"
  })
  void nonsense_isTwoAndNamed(String words, String mend) {
    Run run = run(words.split(" ", -1));
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(mend);
  }

  @Test
  void salesFile_withMistakes_isTwoAndNamed() throws IOException {
    Path file = folder.resolve("sale.yaml");
    String sale = Files.readString(Path.of("examples/sale.yaml"));
    for (String wrong :
        List.of("buyers: many", "buyers: 0", "{peak: 10s}", "reservedGbps: -1", "bots: 5")) {
      Files.writeString(
          file,
          wrong.startsWith("{")
              ? sale.replaceAll("expect:(\\s+\\w+: [^\\n]*)+", "expect: " + wrong)
              : sale.replaceFirst(
                  wrong.startsWith("bots") ? "peak: 10s" : wrong.replaceAll(":.*", ": [^ ]*"),
                  wrong));
      Run run = run("--sale", file.toString());
      assertThat(run.exit()).as(wrong).isEqualTo(2);
      assertThat(run.err()).as(wrong).contains("sale.yaml").contains("expect");
    }
  }
}
