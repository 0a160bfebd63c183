package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class MainTest {

  @Test
  void execute_version_isZero() {
    assertThat(Main.commandLine("version").execute("version")).isZero();
  }

  @Test
  void execute_unknownCommand_isTwo() {
    var err = new StringWriter();
    int exit = Main.commandLine("nonsense").setErr(new PrintWriter(err)).execute("nonsense");
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("nonsense");
  }

  /** All commands and their commands, as words. */
  private static Stream<String> commands() {
    return words("", Main.commandLine("")).stream();
  }

  private static List<String> words(String before, CommandLine line) {
    List<String> all = new ArrayList<>();
    all.add(before);
    line.getSubcommands()
        .forEach((name, command) -> all.addAll(words((before + " " + name).strip(), command)));
    return all;
  }

  private static String help(String command, String option) {
    var out = new StringWriter();
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.removeIf(String::isEmpty);
    words.add(option);
    int exit =
        Main.commandLine(words.getFirst())
            .setOut(new PrintWriter(out))
            .execute(words.toArray(String[]::new));
    assertThat(exit).isZero();
    return out.toString();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEveryCommand_isItsOwnAndIsZero(String command) {
    String usage = help(command, "--help");
    assertThat(usage).startsWith(("Usage: doorbuster " + command).strip());
    assertThat(usage).contains("--help");
    assertThat(help(command, "-h")).isEqualTo(usage);
    if (usage.contains("--token-file=FILE")) {
      assertThat(usage).contains(" data/admin-token", "http://127.0.0.1:8081");
    }
  }

  @Test
  void help_ofTheRoot_namesTheCommandsOfTheScript() {
    assertThat(help("", "--help")).contains("  build ", "  dist ", "  jdk ");
    assertThat(help("serve", "--help")).doesNotContain("  build ");
  }

  @ParameterizedTest
  @CsvSource({
    "--faults, need --cluster",
    "--redis 127.0.0.1:6379, need --cluster",
    "--cluster --fault gate-killed, --fault needs --faults",
    "--cluster --faults --fault gate-kiled, not gate-kiled",
    "--cluster --faults --rounds 0, at least 1",
    "--cluster --faults --kill 2, for one rehearsal",
    "--cluster --store-outage 2s, take --target",
    "--cluster --faults --redis 127.0.0.1:6379 --fault redis-cut, of the drill's own"
  })
  void drill_wordsThatDoNotGoTogether_isTwoAndSaysWhy(String words, String why) {
    var err = new StringWriter();
    String[] all = ("drill " + words).split(" ", -1);
    int exit = Main.commandLine("drill").setErr(new PrintWriter(err)).execute(all);
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains(why);
  }
}
