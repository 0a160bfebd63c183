package io.doorbuster.gate.pass;

import io.doorbuster.gate.Refusal;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shop's token in, a pass out: all that is expensive about a buyer, ahead of the whistle. It
 * has workers of its own, few, in the processors' spare time, behind a bounded queue: so a storm of
 * sign-ins is told to come again and never slows those who buy.
 */
public final class PassDesk implements AutoCloseable {
  /** When the queue is full: it empties at about 4,000 a second, so this is long enough. */
  private static final Duration OVERLOADED_WAIT = Duration.ofSeconds(3);

  /** The shop's keys are being fetched, or the risk check does not answer. */
  private static final Duration AWAY_WAIT = Duration.ofSeconds(2);

  /**
   * The desk's size.
   *
   * @param workers that verify, each some 2,000 tokens a second with ES256
   * @param queueCapacity of requests that wait for one; past it they are told to come again
   */
  public record Options(int workers, int queueCapacity) {
    public static final Options DEFAULT = new Options(2, 1_000);
  }

  private final Function<String, Optional<Listing>> sales;
  private final ShopTokens tokens;
  private final RiskGuard risk;
  private final Passes passes;
  private final InstantSource clock;
  private final ThreadPoolExecutor workers;

  /**
   * @param sales the catalog's listing of a sale, from memory
   * @param risk closed with the desk
   */
  public PassDesk(
      Function<String, Optional<Listing>> sales,
      ShopTokens tokens,
      RiskGuard risk,
      Passes passes,
      InstantSource clock,
      Options options) {
    this.sales = sales;
    this.tokens = tokens;
    this.risk = risk;
    this.passes = passes;
    this.clock = clock;
    ThreadFactory names = Thread.ofPlatform().name("pass-", 0).daemon().factory();
    this.workers =
        new ThreadPoolExecutor(
            options.workers(),
            options.workers(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(options.queueCapacity()),
            work -> names.newThread(Background.of(work))) {
          @Override
          protected void terminated() {
            risk.close();
          }
        };
  }

  public void routes(Router router) {
    router.post("/api/sales/{sale}/pass", this::ask);
  }

  /** On the event loop: whatever needs no computing is answered at once. */
  void ask(Exchange exchange) {
    Optional<Listing> listing = sales.apply(exchange.parameter("sale"));
    Refusal no = listing.isEmpty() ? Refusal.NOT_FOUND : refusal(listing.get());
    String token = exchange.bearer();
    if (no != null) {
      refuse(exchange, no, null, null);
    } else if (token == null) {
      refuse(exchange, Refusal.UNAUTHENTICATED, "Send the shop's token as a bearer.", null);
    } else {
      enqueue(exchange, listing.get(), token);
    }
  }

  /** Why nobody gets a pass for this sale; null where one may. */
  private @Nullable Refusal refusal(Listing listing) {
    Instant passesEnd = listing.passExpiresAt();
    if (listing.stored() == SalePhase.DRAFT || passesEnd == null) {
      return Refusal.NOT_FOUND;
    }
    boolean over = listing.stored() == SalePhase.SETTLED || !clock.instant().isBefore(passesEnd);
    return over ? Refusal.CLOSED : null;
  }

  private void enqueue(Exchange exchange, Listing listing, String token) {
    try {
      workers.execute(() -> answer(exchange, listing, token));
    } catch (RejectedExecutionException full) {
      refuse(exchange, Refusal.OVERLOADED, "Too many sign in at once.", OVERLOADED_WAIT);
    }
  }

  /** On a worker. */
  private void answer(Exchange exchange, Listing listing, String token) {
    try {
      switch (tokens.verify(token)) {
        case ShopTokens.Result.Worthless no when no.reason() == ShopTokens.Reason.KEYS_AWAY ->
            refuse(exchange, Refusal.OVERLOADED, no.reason().sentence(), AWAY_WAIT);
        case ShopTokens.Result.Worthless no ->
            refuse(exchange, Refusal.UNAUTHENTICATED, no.reason().sentence(), null);
        case ShopTokens.Result.Verified yes -> answer(exchange, listing, yes.identity());
      }
    } catch (InterruptedException stopping) {
      refuse(exchange, Refusal.OVERLOADED, "The server stops.", AWAY_WAIT);
    } catch (RuntimeException | Error fault) {
      exchange.fail(fault);
    }
  }

  private void answer(Exchange exchange, Listing listing, ShopIdentity identity)
      throws InterruptedException {
    switch (risk.check(identity.buyer(), exchange.remoteAddress())) {
      case DENIED -> refuse(exchange, Refusal.FORBIDDEN, null, null);
      case UNDECIDED ->
          refuse(exchange, Refusal.OVERLOADED, "The risk check does not answer.", AWAY_WAIT);
      case ALLOWED -> {
        Pass pass = pass(listing, identity.buyer(), identity.shopRef());
        JsonObject json =
            new JsonObject()
                .put("pass", passes.issue(pass))
                .put("expiresAt", pass.expiresAt().toString());
        exchange.json(200, json);
      }
    }
  }

  /** Without a time of its own: the same buyer gets the same pass. */
  private static Pass pass(Listing listing, BuyerId buyer, @Nullable String shopRef) {
    Instant end = listing.passExpiresAt();
    if (end == null) {
      throw new NotAllowed("the sale has no passes before it is published");
    }
    return new Pass(listing.sale().id(), buyer, listing.passVersion(), end, shopRef);
  }

  /**
   * A pass without a shop, to rehearse a test sale.
   *
   * @throws NotAllowed where the sale is unknown, not published, or not a test sale
   */
  public String issueForTest(String sale, BuyerId buyer) {
    Listing listing =
        sales.apply(sale).orElseThrow(() -> new NotAllowed("there is no sale " + sale));
    if (!listing.sale().test()) {
      throw new NotAllowed(
          "passes without the shop's token are for test sales; " + sale + " has no `test: true`");
    }
    return passes.issue(pass(listing, buyer, null));
  }

  /** Requests that wait for a worker. */
  public int waiting() {
    return workers.getQueue().size();
  }

  private static void refuse(
      Exchange exchange, Refusal refusal, @Nullable String detail, @Nullable Duration retryAfter) {
    Problem problem =
        Problem.of(refusal.id(), refusal.status(), refusal.title()).withRetryAfter(retryAfter);
    exchange.problem(detail == null ? problem : problem.withDetail(detail));
  }

  /** Takes no more; those that wait get their answers while the process lives. */
  @Override
  public void close() {
    workers.shutdown();
  }
}
