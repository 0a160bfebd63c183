package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class MainTest {

  @Test
  void execute_version_isZero() {
    assertThat(Main.commandLine().execute("version")).isZero();
  }

  @Test
  void execute_unknownCommand_isTwo() {
    var err = new StringWriter();
    int exit = Main.commandLine().setErr(new PrintWriter(err)).execute("nonsense");
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("nonsense");
  }
}
