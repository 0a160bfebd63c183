package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units, read by systemd itself. */
@Tag("systemd")
final class SystemdIT {
  private static final String PROGRAM = "/opt/doorbuster/doorbuster";

  /** Tenths, of 100 for a service without any bar; what is left is the network and the JIT. */
  private static final int EXPOSURE_MAX = 20;

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    Path program = Files.writeString(folder.resolve("doorbuster"), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    for (Path file : DeployFiles.in("systemd", ".service")) {
      String text = DeployFiles.text(file);
      assertThat(text).contains(PROGRAM + " serve");
      // It has to be there; one of a template is read, not the template.
      String name = file.getFileName().toString().replace("@.", "@1.");
      Files.writeString(folder.resolve(name), text.replace(PROGRAM, program.toString()));
    }
  }

  private List<Path> units() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".service")).sorted().toList();
    }
  }

  private Tool.Verdict verify(Path unit) throws Exception {
    return Tool.run("systemd-analyze", "verify", "--man=no", unit.toString());
  }

  @Test
  void units_allOfThem_areUnderstoodWhole() throws Exception {
    assertThat(units()).hasSizeGreaterThanOrEqualTo(3);
    for (Path unit : units()) {
      assertThat(verify(unit)).as("%s", unit).isEqualTo(new Tool.Verdict(0, ""));
    }
  }

  @Test
  void unit_withASlip_isNamed() throws Exception {
    Path unit = units().getFirst();
    String text = Files.readString(unit).replace("ProtectSystem=", "ProtectSytem=");
    assertThat(verify(Files.writeString(unit, text)).text()).contains("ProtectSytem");
  }

  @Test
  void units_allOfThem_areKeptIn() throws Exception {
    for (Path unit : units()) {
      Tool.Verdict verdict =
          Tool.run(
              "systemd-analyze",
              "security",
              "--offline=true",
              "--no-pager",
              "--threshold=" + EXPOSURE_MAX,
              unit.toString());
      assertThat(verdict.exit()).as(verdict.text()).isZero();
    }
  }
}
