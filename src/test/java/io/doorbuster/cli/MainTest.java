package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
