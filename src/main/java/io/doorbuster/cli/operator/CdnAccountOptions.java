package io.doorbuster.cli.operator;

import io.doorbuster.cli.DurationText;
import io.doorbuster.cli.Unreadable;
import io.doorbuster.page.cdn.AlibabaCdn;
import io.doorbuster.page.cdn.CdnProvider;
import io.doorbuster.page.cdn.CdnProvider.Task;
import io.doorbuster.page.cdn.CdnSite;
import io.doorbuster.page.cdn.Cloudflare;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Whose CDN is filled or emptied, and as whom. Secrets come by file or environment alone. */
final class CdnAccountOptions {
  private static final String CLOUDFLARE = "cloudflare";
  private static final String ALIBABA = "alibaba";
  private static final Duration WAIT_MAX = Duration.ofHours(2);

  @Option(
      names = "--cdn",
      paramLabel = "NAME",
      description = {"A provider in place of edges of your own:", "cloudflare or alibaba."})
  private @Nullable String cdn;

  @Option(
      names = "--site",
      paramLabel = "URL",
      description = {
        "With --cdn: the sale's host as buyers call it,",
        "https://sale.shop.example."
      })
  private @Nullable String site;

  @Option(
      names = "--zone",
      paramLabel = "ID",
      description = {"Cloudflare: the zone's id, 32 hex digits; only", "purge needs it."})
  private @Nullable String zone;

  @Option(
      names = "--cdn-token-file",
      paramLabel = "FILE",
      description = {
        "Cloudflare: a token that may purge the zone; else",
        "DOORBUSTER_CLOUDFLARE_TOKEN. Only purge needs it."
      })
  private @Nullable Path tokenFile;

  @Option(
      names = "--key-id",
      paramLabel = "ID",
      description = {"Alibaba Cloud: the access key's id; else", "DOORBUSTER_ALIBABA_KEY_ID."})
  private @Nullable String keyId;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = {
        "Alibaba Cloud: the access key's secret; else",
        "DOORBUSTER_ALIBABA_KEY_SECRET."
      })
  private @Nullable Path secretFile;

  @Option(
      names = "--area",
      paramLabel = "AREA",
      description = {
        "Alibaba Cloud, prewarm: domestic or overseas; by",
        "default all that the domain reaches."
      })
  private @Nullable String area;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = {
        "Alibaba Cloud: how long its tasks are asked after,",
        "at most 2h; default 10m."
      })
  private @Nullable Duration wait;

  @Option(names = "--cdn-api", hidden = true)
  private @Nullable URI api;

  boolean isNamed(CommandSpec spec) {
    if (cdn != null && !cdn.equals(CLOUDFLARE) && !cdn.equals(ALIBABA)) {
      throw wrong(
          spec,
          "--cdn is cloudflare or alibaba, not `%s`; edges of your own are named by --edge"
              .formatted(cdn));
    }
    boolean named = cdn != null;
    if (!named && (site != null || api != null)) {
      throw wrong(spec, "--site goes with --cdn; edges of your own are named by --edge");
    }
    refuse(spec, CLOUDFLARE, "--zone", zone);
    refuse(spec, CLOUDFLARE, "--cdn-token-file", tokenFile);
    refuse(spec, ALIBABA, "--key-id", keyId);
    refuse(spec, ALIBABA, "--secret-file", secretFile);
    refuse(spec, ALIBABA, "--area", area);
    refuse(spec, ALIBABA, "--wait", wait);
    return named;
  }

  private void refuse(CommandSpec spec, String provider, String option, @Nullable Object given) {
    if (given != null && !provider.equals(cdn)) {
      throw wrong(spec, option + " goes with --cdn " + provider + " alone");
    }
  }

  CdnProvider open(CommandSpec spec, Task task) {
    if (site == null) {
      throw wrong(spec, "--cdn needs --site https://sale.shop.example, as buyers call it");
    }
    CdnSite read =
        CdnSite.parse(site)
            .orElseThrow(
                () ->
                    wrong(
                        spec,
                        "--site is an address such as https://sale.shop.example, without a path,"
                            + " not `"
                            + site
                            + "`"));
    return CLOUDFLARE.equals(cdn)
        ? new Cloudflare(read, task == Task.PREWARM ? null : cloudflare(spec))
        : alibaba(spec, task, read);
  }

  private Cloudflare.Account cloudflare(CommandSpec spec) {
    if (zone == null || !zone.matches("[0-9a-f]{32}")) {
      throw wrong(
          spec,
          "--zone is the id of the zone, 32 hex digits on its overview page; its name is no id");
    }
    String token =
        secret(spec, "--cdn-token-file", tokenFile, "DOORBUSTER_CLOUDFLARE_TOKEN", System.getenv());
    return new Cloudflare.Account(address(spec, Cloudflare.API), zone, token);
  }

  private CdnProvider alibaba(CommandSpec spec, Task task, CdnSite read) {
    String given = keyId == null ? System.getenv("DOORBUSTER_ALIBABA_KEY_ID") : keyId;
    if (given == null || !given.strip().matches("[A-Za-z0-9._-]+")) {
      throw wrong(
          spec, "--cdn alibaba needs an access key: --key-id ID, or DOORBUSTER_ALIBABA_KEY_ID");
    }
    if (area != null && !area.equals("domestic") && !area.equals("overseas")) {
      throw wrong(spec, "--area is domestic or overseas, not `" + area + "`");
    }
    if (area != null && task == Task.PURGE) {
      throw wrong(spec, "--area is for prewarm alone; a purge reaches all places");
    }
    Duration patient = wait == null ? AlibabaCdn.WAIT : wait;
    if (!patient.isPositive() || patient.compareTo(WAIT_MAX) > 0) {
      throw wrong(spec, "--wait is more than nothing and at most 2h");
    }
    String secret =
        secret(spec, "--secret-file", secretFile, "DOORBUSTER_ALIBABA_KEY_SECRET", System.getenv());
    AlibabaCdn.Key key = new AlibabaCdn.Key(given.strip(), secret);
    return new AlibabaCdn(
        read,
        new AlibabaCdn.Account(
            address(spec, AlibabaCdn.API), key, Optional.ofNullable(area).orElse("")),
        patient,
        InstantSource.system());
  }

  /** One line of visible characters, from a file or else from the environment. */
  static String secret(
      CommandSpec spec,
      String option,
      @Nullable Path file,
      String variable,
      Map<String, String> environment) {
    String text;
    try {
      text = file == null ? environment.getOrDefault(variable, "") : Files.readString(file);
    } catch (IOException e) {
      throw wrong(spec, option + ": " + file + " can not be read: " + Unreadable.reason(e));
    }
    if (file == null && text.isBlank()) {
      throw wrong(spec, "Name the file of the secret with " + option + ", or set " + variable);
    }
    if (!text.strip().matches("[\\x21-\\x7e]+")) {
      throw wrong(
          spec,
          (file == null ? variable : option + ": " + file)
              + " is no secret: one line without blanks");
    }
    return text.strip();
  }

  private URI address(CommandSpec spec, URI usual) {
    URI address = api == null ? usual : api;
    if (address.getHost() == null || !"http https".contains(String.valueOf(address.getScheme()))) {
      throw wrong(spec, "--cdn-api is an address such as " + usual);
    }
    return address;
  }

  private static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
