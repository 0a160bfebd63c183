package io.doorbuster.page.cdn;

import io.doorbuster.page.cdn.ProviderApi.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cloudflare: emptied by its API, which drops an address in every form and place. There is no call
 * that fills it; what can be done is to ask for each file as a buyer does, which fills the data
 * center nearest to this machine.
 */
public final class Cloudflare implements CdnProvider {
  public static final URI API = URI.create("https://api.cloudflare.com/client/v4");

  private static final String NAME = "cloudflare";

  /** What every plan allows in one call. */
  private static final int FILES_A_CALL = 30;

  /** The codes, as they are shown, of a path that leads nowhere and of a token of no form. */
  private static final String NO_ZONE = "[7003]";

  private static final String NO_TOKEN = "[6003]";

  private final CdnSite site;
  private final @Nullable Account account;
  private final Patience patience;
  private final ProviderApi api;
  private final OwnEdges nearest;

  /**
   * Who may purge what.
   *
   * @param api where the calls go
   * @param zone 32 hex digits
   * @param token with the permission to purge the zone
   */
  public record Account(URI api, String zone, String token) {
    @Override
    public String toString() {
      return "zone " + zone;
    }
  }

  /**
   * Makes the provider of a site.
   *
   * @param account may be missing as long as nothing is purged
   */
  public Cloudflare(CdnSite site, @Nullable Account account) {
    this(site, account, Patience.USUAL);
  }

  Cloudflare(CdnSite site, @Nullable Account account, Patience patience) {
    this.site = site;
    this.account = account;
    this.patience = patience;
    this.api = new ProviderApi("Cloudflare", patience);
    this.nearest = new OwnEdges(List.of(site.edge()), Cloudflare::cold);
  }

  @Override
  public int count(Task task, int paths) {
    return task == Task.PREWARM ? nearest.count(task, paths) : paths;
  }

  @Override
  public List<Outcome> prewarm(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return nearest.prewarm(paths, one -> done.accept(named(one))).stream()
        .map(Cloudflare::named)
        .toList();
  }

  private static Outcome named(Outcome one) {
    String challenged = "; where it challenges this machine, let its address pass by a WAF rule";
    String wrong = one.wrong() + (one.wrong().equals("answers 403") ? challenged : "");
    return new Outcome(NAME, one.path(), one.form(), one.tries(), wrong);
  }

  /** By its own header alone: an edge behind it may have sent an X-Cache along. */
  private static String cold(MultiMap headers) {
    String status = headers.get("CF-Cache-Status");
    if (status == null) {
      return "has no CF-Cache-Status: --site is not answered by Cloudflare; proxy its DNS record";
    }
    return switch (status.strip().toUpperCase(Locale.ROOT)) {
      case "HIT", "STALE", "UPDATING" -> "";
      case "DYNAMIC" ->
          "is not kept (DYNAMIC): a cache rule must make /s/ eligible for cache, HTML is not";
      case "BYPASS" -> "is not kept (BYPASS): a rule or a cookie keeps it out of the cache";
      default -> "is cold (%s): it asks behind it each time".formatted(ProviderApi.shown(status));
    };
  }

  @Override
  public List<Outcome> purge(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    if (account == null) {
      throw new IllegalStateException("a purge needs an account");
    }
    List<Outcome> all = new ArrayList<>();
    Result last = new Result("", 0, true);
    for (int from = 0; from < paths.size(); from += FILES_A_CALL) {
      List<String> some = paths.subList(from, Math.min(paths.size(), from + FILES_A_CALL));
      if (last.goOn) {
        last = drop(account, some);
      }
      for (String path : some) {
        Outcome outcome = new Outcome(NAME, path, ALL, last.tries, last.wrong);
        all.add(outcome);
        done.accept(outcome);
      }
    }
    return all;
  }

  /**
   * What one call gave.
   *
   * @param goOn whether the next may fare better
   */
  private record Result(String wrong, int tries, boolean goOn) {}

  private Result drop(Account to, List<String> paths) throws InterruptedException {
    JsonArray files = new JsonArray(paths.stream().map(site::url).toList());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(to.api + "/zones/" + to.zone + "/purge_cache"))
            .header("Authorization", "Bearer " + to.token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(new JsonObject().put("files", files).encode()))
            .build();
    Answer answer = api.call(() -> request, Answer::isBusy, patience.busy());
    boolean right = answer.isDone() && Boolean.TRUE.equals(answer.body().getValue("success"));
    String wrong = right ? "" : wrong(to, answer);
    boolean theseAlone =
        answer.status() == 400 && !wrong.contains(NO_TOKEN) && !wrong.contains(NO_ZONE);
    return new Result(wrong, answer.tries(), right || theseAlone);
  }

  private static String wrong(Account to, Answer answer) {
    if (answer.status() == 429) {
      String wait =
          answer.retryAfter() == null ? "" : " for " + answer.retryAfter().toSeconds() + " s";
      return "is not purged: too many purges for the plan; wait" + wait + " and try again";
    }
    if (!answer.fault().isEmpty()) {
      return "is not purged: " + answer.fault();
    }
    String said = errors(answer.body());
    if (said.contains(NO_ZONE)) {
      return "is not purged: there is no zone %s (%s); its id is on the zone's overview page"
          .formatted(to.zone, said);
    }
    if (answer.status() == 401 || answer.status() == 403 || said.contains(NO_TOKEN)) {
      return "is not purged: the token is not taken (%s); it needs the permission Zone, Cache"
              .formatted(said)
          + " Purge, Purge for zone "
          + to.zone;
    }
    return "is not purged: Cloudflare says %s (status %d)".formatted(said, answer.status());
  }

  private static String errors(JsonObject body) {
    List<String> said = new ArrayList<>();
    if (body.getValue("errors") instanceof JsonArray errors) {
      for (Object error : errors) {
        if (error instanceof JsonObject one) {
          said.add(one.getValue("message") + " [" + one.getValue("code") + "]");
        }
      }
    }
    return said.isEmpty() ? "nothing of why" : ProviderApi.shown(String.join("; ", said));
  }

  @Override
  public List<String> limits(Task task) {
    return task == Task.PURGE
        ? List.of()
        : List.of(
            "Cloudflare takes no files in advance: what is warm is the data center nearest to this",
            "machine and, with Tiered Cache, the upper tier it asks. The others ask when their",
            "first buyer does; Tiered Cache and Cache Reserve keep that from the gates.");
  }

  @Override
  public void close() {
    nearest.close();
    api.close();
  }
}
