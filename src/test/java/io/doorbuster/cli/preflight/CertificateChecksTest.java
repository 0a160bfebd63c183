package io.doorbuster.cli.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.console.preflight.Check;
import io.doorbuster.console.preflight.Check.State;
import io.doorbuster.drill.servers.Child;
import io.doorbuster.page.cdn.CdnEdge;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates good and bad, shown by a real server. */
final class CertificateChecksTest {
  @TempDir private Path folder;

  private static CertificateChecks checks(TlsHost host) throws Exception {
    Trust trust = Trust.with(Optional.of(host.authority));
    return new CertificateChecks(trust, 14, InstantSource.system());
  }

  private Check check(String name, int startDays, int days) throws Exception {
    try (TlsHost host = new TlsHost(folder.resolve("host"), name, startDays, days)) {
      return checks(host).run(new CertificateChecks.Target("localhost", "localhost", host.port));
    }
  }

  @Test
  void certificate_thatHoldsForLong_isGreenWithItsDays() throws Exception {
    Check check = check("localhost", -10, 100);
    assertThat(check.state()).as(check.text()).isEqualTo(State.OK);
    assertThat(check.text()).startsWith("89 days left, until 20");
    assertThat(check.name()).startsWith("certificate localhost:");
  }

  @Test
  void certificate_thatEndsSoon_isRed() throws Exception {
    Check check = check("localhost", -80, 90);
    assertThat(check.state()).isEqualTo(State.RED);
    assertThat(check.text()).startsWith("9 days left");
    assertThat(check.mend()).contains("renew");
  }

  @Test
  void certificate_thatHasEnded_isRedAndSaysSinceWhen() throws Exception {
    Check check = check("localhost", -30, 20);
    assertThat(check.state()).isEqualTo(State.RED);
    assertThat(check.text()).contains("browsers would refuse it", "it ended 10 days ago");
  }

  @Test
  void certificate_forAnotherName_isRed() throws Exception {
    Check check = check("other.example", -10, 100);
    assertThat(check.state()).isEqualTo(State.RED);
    assertThat(check.text()).contains("browsers would refuse it", "localhost");
    assertThat(check.mend()).contains("for localhost");
  }

  @Test
  void certificate_ofAStranger_isRed() throws Exception {
    try (TlsHost host = new TlsHost(folder, "localhost", -10, 100)) {
      Trust usual = Trust.with(Optional.empty());
      Check check =
          new CertificateChecks(usual, 14, InstantSource.system())
              .run(new CertificateChecks.Target("localhost", "localhost", host.port));
      assertThat(check.state()).isEqualTo(State.RED);
      assertThat(check.text()).contains("certification path", "89 days left");
    }
  }

  @Test
  void host_thatDoesNotAnswer_isRed() throws Exception {
    CertificateChecks checks =
        new CertificateChecks(Trust.with(Optional.empty()), 14, InstantSource.system());
    int port = Child.freePort();
    assertThat(checks.run(new CertificateChecks.Target("localhost", "localhost", port)).text())
        .contains("does not answer");
    assertThat(checks.run(new CertificateChecks.Target("a.invalid", "a.invalid", port)).text())
        .contains("nobody knows the name a.invalid");
  }

  @Test
  void run_ofEverythingWithTls_asksEachOnce() throws Exception {
    try (TlsHost host = new TlsHost(folder, "localhost", -10, 100)) {
      CdnEdge edge = new CdnEdge(true, "127.0.0.1", host.port, "localhost");
      CdnEdge plain = new CdnEdge(false, "127.0.0.1", 80, "localhost");
      List<Check> all =
          checks(host).run("https://localhost:" + host.port, List.of(edge, plain, edge));
      assertThat(all).hasSize(2).allMatch(check -> check.state() == State.OK);
      assertThat(all.getLast().name()).endsWith(" at 127.0.0.1");
      List<Check> without = checks(host).run("http://shop.example", List.of());
      assertThat(without).singleElement().extracting(Check::state).isEqualTo(State.NOT_CHECKED);
    }
  }

  @Test
  void trust_inAFileThatIsNone_isRefused() {
    assertThatThrownBy(() -> Trust.with(Optional.of(Path.of("README.md"))))
        .isInstanceOf(CertificateException.class);
    assertThatThrownBy(() -> Trust.with(Optional.of(folder.resolve("none"))))
        .isInstanceOf(IOException.class);
  }
}
