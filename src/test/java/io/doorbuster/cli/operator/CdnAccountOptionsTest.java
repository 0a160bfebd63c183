package io.doorbuster.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is wrong on the command line ends it with 2 before anything is asked. */
final class CdnAccountOptionsTest {
  private static final String SITE = "--site https://sale.shop.example";
  private static final String ZONE = "023e105f4ecef8ad9ca31a8372d0c353";

  @TempDir private Path folder;

  private static String run(int exit, String... words) {
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--admin", "http://127.0.0.1:1", "--token-file", "none"));
    CommandLine line = new CommandLine(new SaleCommand()).setErr(new PrintWriter(err, true));
    assertThat(line.execute(all.toArray(String[]::new))).as(err.toString()).isEqualTo(exit);
    return err.toString();
  }

  private static String run(int exit, String task, String options) {
    List<String> words = new ArrayList<>(List.of(task, "boots"));
    words.addAll(Arrays.asList(options.split(" ", -1)));
    return run(exit, words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "prewarm, --cdn fastly SITE, '--cdn is cloudflare or alibaba, not `fastly`'",
    "prewarm, SITE, --site goes with --cdn",
    "prewarm, --cdn cloudflare, --cdn needs --site https://sale.shop.example",
    "prewarm, --cdn cloudflare --site https://a/s/, without a path",
    "prewarm, --cdn cloudflare SITE --edge http://a, leave them out with --cdn",
    "prewarm, --cdn cloudflare SITE --edges none, leave them out with --cdn",
    "prewarm, --edge http://a --zone ZONE, --zone goes with --cdn cloudflare alone",
    "prewarm, --cdn alibaba SITE --zone ZONE, --zone goes with --cdn cloudflare alone",
    "prewarm, --cdn alibaba SITE --cdn-token-file none, --cdn-token-file goes with",
    "prewarm, --cdn cloudflare SITE --key-id k, --key-id goes with --cdn alibaba alone",
    "prewarm, --cdn cloudflare SITE --secret-file k, --secret-file goes with --cdn alibaba alone",
    "purge, --cdn cloudflare SITE --wait 1m, --wait goes with --cdn alibaba alone",
    "prewarm, --edge http://a --area overseas, --area goes with --cdn alibaba alone",
    "purge, --cdn cloudflare SITE, 32 hex digits",
    "purge, --cdn cloudflare SITE --zone shop.example, its name is no id",
    "purge, --cdn cloudflare SITE --zone ZONE, or set DOORBUSTER_CLOUDFLARE_TOKEN",
    "purge, --cdn cloudflare SITE --zone ZONE --cdn-token-file none, there is no such file",
    "prewarm, --cdn alibaba SITE, or DOORBUSTER_ALIBABA_KEY_ID",
    "prewarm, --cdn alibaba SITE --key-id a/b, --key-id ID",
    "purge, --cdn alibaba SITE --key-id k, or set DOORBUSTER_ALIBABA_KEY_SECRET",
    "prewarm, --cdn alibaba SITE --key-id k --area moon, not `moon`",
    "purge, --cdn alibaba SITE --key-id k --area overseas, --area is for prewarm alone",
    "purge, --cdn alibaba SITE --key-id k --wait 3h, at most 2h",
    "purge, --cdn alibaba SITE --key-id k --wait soon, 15s or 2m",
  })
  void options_thatDoNotFit_exitWith2AndTheMend(String task, String options, String words) {
    assertThat(run(2, task, options.replace("SITE", SITE).replace("ZONE", ZONE))).contains(words);
  }

  @Test
  void secret_ofAFileThatIsNone_exitsWith2AndTheMend() throws Exception {
    Path two = Files.writeString(folder.resolve("two"), "one two\n");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    for (Path file : List.of(two, empty)) {
      String options = "--cdn cloudflare " + SITE + " --zone " + ZONE + " --cdn-token-file " + file;
      assertThat(run(2, "purge", options)).contains("is no secret: one line without blanks");
    }
  }

  @Test
  void secret_ofTheEnvironment_isReadWhereNoFileIsNamed() throws Exception {
    var spec = new CommandLine(new SaleCommand()).getCommandSpec();
    Map<String, String> environment = Map.of("A_SECRET", " from-there\n", "NO_SECRET", "a b");
    assertThat(CdnAccountOptions.secret(spec, "--file", null, "A_SECRET", environment))
        .isEqualTo("from-there");
    Path file = Files.writeString(folder.resolve("secret"), "from-here\n");
    assertThat(CdnAccountOptions.secret(spec, "--file", file, "A_SECRET", environment))
        .isEqualTo("from-here");
    assertThatThrownBy(
            () -> CdnAccountOptions.secret(spec, "--file", null, "NO_SECRET", environment))
        .isInstanceOf(ParameterException.class)
        .hasMessage("NO_SECRET is no secret: one line without blanks");
  }

  /** All is right but the server, which is asked after the options. */
  @Test
  void options_thatFit_areTaken() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "a-secret\n");
    String cloudflare = "--cdn cloudflare " + SITE;
    assertThat(run(1, "prewarm", cloudflare)).contains("the token can not be read");
    assertThat(run(1, "purge", cloudflare + " --zone " + ZONE + " --cdn-token-file " + secret))
        .contains("the token can not be read");
    String alibaba = "--cdn alibaba " + SITE + " --key-id k --secret-file " + secret;
    assertThat(run(1, "prewarm", alibaba + " --area overseas --wait 30m"))
        .contains("the token can not be read");
    assertThat(run(1, "purge", alibaba)).contains("the token can not be read");
  }
}
