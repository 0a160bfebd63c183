package io.doorbuster.cli.edge;

import static org.assertj.core.api.Assertions.assertThat;

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

final class EdgeCommandTest {
  private static final String GOOD = "nginx --host sale.example --gate 10.0.0.1:8080";

  @TempDir private Path folder;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new EdgeCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words);
    return new Run(exit, out.toString(), err.toString());
  }

  @Test
  void nginx_namesEachGate() {
    Run run = run((GOOD + ",[2001:db8::1]:8080 --gate gate-3:81 --no-tls").split(" ", -1));
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("server 10.0.0.1:8080 max_fails=1")
        .contains("server [2001:db8::1]:8080 max_fails=1")
        .contains("server gate-3:81 max_fails=1")
        .contains("server_name sale.example;")
        .doesNotContain("ssl")
        .doesNotContain("{{");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "edge-less                                              | edge-less",
        "nginx --gate a:80 --no-tls                             | --host",
        "nginx --host sale.example --no-tls                     | --gate",
        GOOD + "                                                | --no-tls",
        GOOD + " --certificate a.pem                            | --certificate and --key",
        GOOD + " --no-tls --key a.key                           | --certificate and --key",
        GOOD + " --no-tls --port 70000                          | --port",
        GOOD + " --no-tls --buyer-rate 0                        | rate",
        GOOD + " --no-tls --cdn nowhere.txt                     | nowhere.txt",
        GOOD + " --no-tls --cache /a;b                          | --cache",
        GOOD + " --no-tls --bucket pages.example                | `pages.example` is no address",
        GOOD + " --no-tls --bucket http://a/b;c                 | `http://a/b;c` is no address",
        GOOD + " --no-tls --root / --bucket http://pages/a      | --root or --bucket",
        "nginx --host a;b --gate a:80 --no-tls                  | --host",
        "nginx --host sale.example --gate gate --no-tls         | no host:port",
        GOOD + " --no-tls --allow-origin shop.example           | no origin",
        GOOD + " --no-tls --allow-origin https://a.b/           | no origin",
        GOOD + " --no-tls --allow-origin *                      | no origin",
        "nftables --port 0                                      | --port",
        "nftables --operators home                              | `home` is no network",
        "nftables --rate 0                                      | --rate"
      })
  void nonsense_isTwoAndNamed(String words, String mend) {
    Run run = run(words.split(" +", -1));
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(mend);
  }

  @Test
  void bucket_isAskedByItsOwnNameAndPath() {
    String words = GOOD + " --no-tls --bucket https://pages.example/sales/2027/";
    assertThat(run(words.split(" ", -1)).out())
        .contains("server pages.example:443;")
        .contains("proxy_pass https://bucket/sales/2027${home}index.html;")
        .contains("proxy_set_header Host pages.example;")
        .contains("proxy_ssl_verify on;")
        .doesNotContain("{{");
    words = GOOD + " --no-tls --bucket http://[2001:db8::1]:9000";
    assertThat(run(words.split(" ", -1)).out())
        .contains("server [2001:db8::1]:9000;")
        .contains("proxy_pass http://bucket$uri;")
        .doesNotContain("ssl");
  }

  @Test
  void networks_ofTheCdn_areCheckedALine() throws Exception {
    Path file = folder.resolve("cdn.txt");
    Files.writeString(file, "203.0.113.0/24 # one\n\n2001:db8::/32\n");
    String[] words = (GOOD + " --no-tls --cdn " + file).split(" ", -1);
    assertThat(run(words).out())
        .contains("set_real_ip_from 203.0.113.0/24;")
        .contains("set_real_ip_from 2001:db8::/32;");
    for (String wrong : List.of("everybody", "10.0.0.0/8; deny all")) {
      Files.writeString(file, wrong + "\n");
      Run run = run(words);
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("`" + wrong + "`");
    }
  }

  @Test
  void firewall_withoutOperators_letsNobodyIn() {
    assertThat(run("nftables").out()).contains("Nobody comes in by SSH").doesNotContain("dport 22");
    assertThat(run("nftables", "--operators", "10.1.0.0/16").out())
        .contains("tcp dport 22 ip saddr @operators4 accept")
        .doesNotContain("operators6");
  }
}
