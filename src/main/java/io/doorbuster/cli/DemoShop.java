package io.doorbuster.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.StockBoard;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a shop would do, for the demo: a sale, a sign-in by name alone, and figures to look at. */
final class DemoShop {
  private static final Duration OPENS_IN = Duration.ofSeconds(30);
  private static final Duration LASTS = Duration.ofSeconds(150);
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
  private static final int BODY_BYTES_MAX = 1_024;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'demo-'MMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Settings.Identity identity;
  private final byte[] secret;
  private final String sale;
  private final StockBoard board;
  private final Meters meters;
  private final InstantSource clock;

  DemoShop(
      Settings.Identity identity,
      byte[] secret,
      String sale,
      StockBoard board,
      Meters meters,
      InstantSource clock) {
    this.identity = identity;
    this.secret = secret.clone();
    this.sale = sale;
    this.board = board;
    this.meters = meters;
    this.clock = clock;
  }

  /** 500 units in two sizes, drawn in 20 waves; a person who stays has a good chance. */
  static Sale newSale(Instant now) {
    Instant opensAt = now.plus(OPENS_IN).truncatedTo(ChronoUnit.SECONDS);
    return new Sale(
        NAME.format(now),
        "Winter boots, hand-sewn",
        "Waterproof leather, wool inside, made to be resoled. One pair a person, at this price"
            + " only in this sale.",
        null,
        Language.EN,
        Currency.getInstance("EUR"),
        opensAt,
        opensAt.plus(LASTS),
        new Release(13, Duration.ofSeconds(5), Pick.FAIR, Duration.ofSeconds(20)),
        new Limits(1, Duration.ofSeconds(2), Duration.ofMinutes(10)),
        Duration.ofSeconds(60),
        List.of(
            new Sku("boots-40", "Size 40", 4_990, 19_900, 250),
            new Sku("boots-42", "Size 42", 4_990, 19_900, 250)),
        false,
        null);
  }

  void routes(Router router) {
    router.post("/demo/sign-in", this::signIn).get("/demo/figures", this::figures);
  }

  private void signIn(Exchange exchange) {
    exchange.body(
        BODY_BYTES_MAX,
        body -> {
          Optional<String> name = body.flatMap(DemoShop::name);
          if (name.isEmpty()) {
            exchange.problem(
                Problem.of("invalid", 400, "Send {\"name\": ...} of 1 to 128 characters."));
          } else {
            exchange.json(200, new JsonObject().put("token", token(name.get())));
          }
        });
  }

  private static Optional<String> name(Buffer body) {
    try {
      return Optional.ofNullable(new JsonObject(body).getString("name"))
          .map(String::strip)
          .filter(BuyerId::isValid);
    } catch (DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private String token(String name) {
    try {
      JWTClaimsSet claims =
          new JWTClaimsSet.Builder()
              .issuer(identity.issuer())
              .audience(identity.audience())
              .claim(identity.buyerClaim(), name)
              .expirationTime(Date.from(clock.instant().plus(TOKEN_LIFE)))
              .build();
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("the demo's secret can not sign", e);
    }
  }

  private void figures(Exchange exchange) {
    exchange.json(200, figures());
  }

  /** What moves while the sale runs. */
  JsonObject figures() {
    Map<String, Long> verdicts = meters.verdicts();
    long admitted = verdicts.getOrDefault("admitted", 0L);
    long waiting = verdicts.getOrDefault("waiting", 0L);
    long all = verdicts.values().stream().mapToLong(Long::longValue).sum();
    Optional<StockBoard.SaleView> view = board.find(sale);
    return new JsonObject()
        .put("admitted", admitted)
        .put("refused", all - admitted - waiting)
        .put("available", sum(view, StockBoard.SkuView::available))
        .put("held", sum(view, sku -> sku.held() + sku.returning()))
        .put("sold", sum(view, sku -> sku.placed() + sku.paid()))
        .put("paid", sum(view, StockBoard.SkuView::paid))
        .put("units", sum(view, StockBoard.SkuView::allotted));
  }

  private static int sum(
      Optional<StockBoard.SaleView> view,
      java.util.function.ToIntFunction<StockBoard.SkuView> figure) {
    return view.map(v -> v.sum(figure)).orElse(0);
  }

  /** The sale's phase is the catalog's; a demo ends when it is settled. */
  static boolean isOver(Listing listing) {
    return listing.stored() == io.doorbuster.sale.SalePhase.SETTLED;
  }
}
