package io.doorbuster.console;

import io.doorbuster.console.preflight.Preflight;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.order.StockBoard.SaleView;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.settlement.Repair;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The operators' calls about sales. */
final class SaleCalls {
  private static final String SALE = "/admin/api/sales/{sale}";

  /** As many as one order of the shop would ever move; the stock's own bound is lower. */
  private static final int UNITS_MAX = 10_000_000;

  /** Waves that `show` tells of. */
  private static final int LATEST_WAVES = 5;

  private final AdminApi.Parts parts;
  private final Door door;
  private final PublishedDraws draws;
  private final PageCalls pages;
  private final Figures figures;
  private final Preflight preflight;

  SaleCalls(AdminApi.Parts parts, Door door, Figures figures, Preflight preflight) {
    this.parts = parts;
    this.door = door;
    this.draws = new PublishedDraws(parts.catalog(), parts.waves(), parts.clock());
    this.figures = figures;
    this.preflight = preflight;
    this.pages = new PageCalls(parts);
  }

  void routes(Router router) {
    router
        .get("/admin/api/sales", door.read(ask -> list()))
        .post("/admin/api/sales", door.body(this::add))
        .get(SALE, door.read(ask -> show(listing(ask))))
        .post(SALE + "/publish", verb("publish", pages::publish))
        .post(SALE + "/unpublish", change("unpublish", this::unpublish))
        .post(SALE + "/pause", verb("pause", parts.saleDesk()::pause))
        .post(SALE + "/resume", verb("resume", parts.saleDesk()::resume))
        .post(SALE + "/close", verb("close", parts.saleDesk()::close))
        .post(SALE + "/settle", verb("settle", parts.saleDesk()::settle))
        .post(SALE + "/void", verb("void", parts.saleDesk()::voidSale))
        .post(SALE + "/revoke-passes", verb("revoke-passes", parts.catalog()::revokePasses))
        .post(SALE + "/skus/{sku}/add", change("add-units", this::addUnits))
        .post(SALE + "/skus/{sku}/withdraw", change("withdraw", this::withdraw))
        .get(SALE + "/audit", door.read(this::audit))
        .get(SALE + "/repair", door.read(ask -> repair(ask, parts.repair()::plan)))
        .post(SALE + "/repair", change("repair", ask -> repair(ask, parts.repair()::run)))
        .get(SALE + "/page", door.read(ask -> pages.describe(listing(ask))))
        .get(SALE + "/preflight", door.read(ask -> Answer.ok(preflight.run(listing(ask)).toJson())))
        .get(SALE + "/draws", door.read(this::draws))
        .post(SALE + "/passes", change("passes", this::passes));
  }

  private java.util.function.Consumer<io.doorbuster.http.Exchange> verb(
      String action, Function<String, Listing> verb) {
    return change(action, ask -> show(verb.apply(ask.parameter("sale"))));
  }

  private java.util.function.Consumer<io.doorbuster.http.Exchange> change(
      String action, Door.Work work) {
    return door.change(action, ask -> listing(ask).sale().id(), work);
  }

  private Answer unpublish(Ask ask) {
    Listing listing = parts.catalog().unpublish(ask.parameter("sale"));
    return Answer.ok(show(listing).json().put("target", pages.awaitGone(listing)));
  }

  private Listing listing(Ask ask) {
    String id = ask.parameter("sale");
    return parts.catalog().find(id).orElseThrow(() -> unknown(id));
  }

  static Declined unknown(String id) {
    return Declined.notFound("sale", "None is called " + id + "; `sale list` names all.");
  }

  private Answer list() {
    Instant now = parts.clock().instant();
    JsonArray sales = new JsonArray();
    parts.catalog().listAll().stream()
        .sorted(
            Comparator.comparing((Listing listing) -> listing.sale().opensAt())
                .thenComparing(listing -> listing.sale().id()))
        .forEach(listing -> sales.add(SaleJson.brief(listing, view(listing), now)));
    return Answer.ok(
        new JsonObject()
            .put("now", now.toString())
            .put("sales", sales)
            .put("figures", figures.json()));
  }

  private SaleView view(Listing listing) {
    String sale = listing.sale().id();
    return parts
        .board()
        .find(sale)
        .orElseGet(() -> SaleJson.view(listing, parts.orders().sums(sale)));
  }

  private Answer show(Listing listing) {
    JsonArray waves = new JsonArray();
    parts
        .waves()
        .listLatest(listing.sale().id(), LATEST_WAVES)
        .forEach(wave -> waves.add(SaleJson.wave(wave)));
    JsonObject json = SaleJson.full(listing, view(listing), parts.clock().instant());
    return Answer.ok(json.put("waves", waves).mergeIn(figures.json()));
  }

  /** Registers a sale, or takes over what may still change of one. */
  private Answer add(Ask ask) {
    SaleFile.Result result = read(ask.text());
    if (result.sale().isEmpty()) {
      throw new Declined(
          Problem.of("invalid", 400, "The sale has mistakes.")
              .with("findings", SaleJson.findings(result.errors())));
    }
    Sale sale = result.sale().get();
    boolean known = parts.catalog().find(sale.id()).isPresent();
    String detail = SaleFile.toJson(sale).encode();
    return door.logged(
        "add",
        sale.id(),
        detail,
        () -> {
          JsonObject json = show(parts.catalog().register(sale)).json();
          json.put("warnings", SaleJson.findings(result.warnings()));
          return new Answer(known ? 200 : 201, json);
        });
  }

  /** A sale that was published once may be added again, unchanged, when it is over. */
  private SaleFile.Result read(String text) {
    SaleFile.Result result = SaleFile.parse("the sale", text);
    boolean published =
        result
            .sale()
            .flatMap(sale -> parts.catalog().find(sale.id()))
            .filter(listing -> listing.stored() != SalePhase.DRAFT)
            .isPresent();
    return published ? result : SaleFile.parse("the sale", text, parts.clock().instant());
  }

  private Answer addUnits(Ask ask) {
    int units = ask.number("units", 1, UNITS_MAX);
    String key = key(ask);
    parts.saleDesk().add(listing(ask).sale().id(), sku(ask), units, key);
    return Answer.ok(new JsonObject().put("units", units).put("key", key));
  }

  private Answer withdraw(Ask ask) {
    int units = ask.number("units", 1, UNITS_MAX);
    String key = key(ask);
    int taken = parts.saleDesk().withdraw(listing(ask).sale().id(), sku(ask), units, key);
    return Answer.ok(new JsonObject().put("units", taken).put("key", key));
  }

  /** Names the wish, so that a call that is repeated moves no unit twice. */
  private static String key(Ask ask) {
    String key = ask.findString("key");
    if (key != null && !key.matches("[A-Za-z0-9_-]{1,64}")) {
      throw Declined.invalid("`key` is 1 to 64 letters, digits, _ or -.");
    }
    return key == null ? UUID.randomUUID().toString() : key;
  }

  private String sku(Ask ask) {
    String sku = ask.parameter("sku");
    Sale sale = listing(ask).sale();
    if (sale.findSku(sku).isEmpty()) {
      throw Declined.notFound(
          "SKU",
          "This sale has "
              + String.join(", ", sale.skus().stream().map(Sku::id).toList())
              + "; a new SKU needs a new sale.");
    }
    return sku;
  }

  private Answer audit(Ask ask) {
    return Answer.ok(parts.audit().run(listing(ask).sale().id()).toJson());
  }

  private Answer repair(Ask ask, Function<String, Repair.Plan> step) {
    return Answer.ok(step.apply(listing(ask).sale().id()).toJson());
  }

  /** With the seed anybody could compute who will win: it is told when nobody can enter. */
  private Answer draws(Ask ask) {
    return Answer.ok(draws.describe(listing(ask)));
  }

  private Answer passes(Ask ask) {
    String sale = listing(ask).sale().id();
    List<String> buyers = ask.strings("buyers");
    JsonObject passes = new JsonObject();
    for (String buyer : buyers) {
      if (!BuyerId.isValid(buyer)) {
        throw Declined.invalid("A buyer is named by 1 to 128 printable characters.");
      }
      passes.put(buyer, parts.hooks().testPasses().issue(sale, new BuyerId(buyer)));
    }
    return Answer.ok(new JsonObject().put("passes", passes));
  }
}
