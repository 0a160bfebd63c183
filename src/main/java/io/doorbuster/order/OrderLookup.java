package io.doorbuster.order;

import io.doorbuster.gate.Entry;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode.Standing;
import io.vertx.core.json.JsonObject;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where an order stands. It moves from the gate's entries over the permits and the engine's queue
 * to the database; one that the database does not have is looked for in this order, so that none
 * slips through.
 */
final class OrderLookup {
  private final Gate gate;
  private final Permits permits;
  private final InventoryEngine engine;
  private final OrderStore store;
  private final Checkout checkout;
  private final PayLink payLink;
  private final BooleanSupplier storeAway;

  OrderLookup(
      Checkout checkout,
      InventoryEngine engine,
      OrderStore store,
      PayLink payLink,
      BooleanSupplier storeAway) {
    this.checkout = checkout;
    this.gate = checkout.gate();
    this.permits = checkout.permits();
    this.engine = engine;
    this.store = store;
    this.payLink = payLink;
    this.storeAway = storeAway;
  }

  /** Looks the order up where it can be, in the order in which it moves. */
  JsonObject describe(Pass pass, OrderId id) {
    Optional<Entry> entry = gate.findEntry(pass.sale(), id);
    Entry.State first = entry.map(Entry::state).orElse(Entry.State.DRAWN);
    if (first != Entry.State.DRAWN) {
      return describe(entry.orElseThrow(), first);
    }
    if (permits.isUnderWay(id)) {
      return describe(id, OrderStatus.QUEUED);
    }
    Optional<Order> order = findOrder(pass, id);
    if (order.isPresent()) {
      return describe(order.get());
    }
    Optional<Entry> ended = gate.findEntry(pass.sale(), id);
    if (ended.isPresent() && ended.get().state() == Entry.State.NOT_DRAWN) {
      return describe(ended.get(), Entry.State.NOT_DRAWN);
    }
    return permits.contains(id) || isQueued(pass, id)
        ? describe(id, OrderStatus.QUEUED)
        : describeElsewhere(pass, id);
  }

  /**
   * Looks once more, all the way from an entry at another gate to the database: whatever moved
   * between the first looks is met now.
   */
  private JsonObject describeElsewhere(Pass pass, OrderId id) {
    Optional<Standing> elsewhere;
    try {
      elsewhere = gate.findElsewhere(pass.sale(), id);
    } catch (StoreUnavailable e) {
      return describeMoved(pass, id).orElseThrow(() -> e);
    }
    Standing.State state = elsewhere.map(Standing::state).orElse(Standing.State.GONE);
    if (state == Standing.State.WAITING) {
      return describe(elsewhere.orElseThrow());
    }
    boolean held = isHeld(pass.sale());
    if (state == Standing.State.DRAWN) {
      return describe(id, OrderStatus.QUEUED);
    }
    Optional<JsonObject> moved = describeMoved(pass, id);
    if (moved.isPresent()) {
      return moved.get();
    }
    if (state == Standing.State.NOT_DRAWN) {
      return describe(elsewhere.orElseThrow());
    }
    if (!held || !isHeld(pass.sale())) {
      throw new StoreUnavailable(
          "the stock's queue is taken up anew", new NoSuchElementException());
    }
    return describe(id, OrderStatus.LOST);
  }

  /** An order that has moved on since the first looks. */
  private Optional<JsonObject> describeMoved(Pass pass, OrderId id) {
    return permits.contains(id) || isQueued(pass, id)
        ? Optional.of(describe(id, OrderStatus.QUEUED))
        : store.find(id).map(this::describe);
  }

  /** Whether the engine knows of the sale's queue: else an order that it has not may be in it. */
  private boolean isHeld(String sale) {
    return engine.isLoaded(sale) || checkout.isSettled(sale);
  }

  /** The database comes first, since its word counts; while it is away the queue's does. */
  private Optional<Order> findOrder(Pass pass, OrderId id) {
    try {
      return store.find(id);
    } catch (StoreUnavailable e) {
      if (permits.contains(id) || isQueued(pass, id)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean isQueued(Pass pass, OrderId id) {
    return engine
        .findQueued(pass.sale(), pass.buyer())
        .map(QueuedOrder::claim)
        .filter(claim -> claim.order().equals(id))
        .isPresent();
  }

  /** The state is as it was seen: it may have gone on since. */
  private static JsonObject describe(Entry entry, Entry.State state) {
    JsonObject json =
        new JsonObject()
            .put("order", entry.permit().order().toString())
            .put("status", state.name())
            .put("sku", entry.permit().sku())
            .put("quantity", entry.permit().quantity())
            .put("drawAt", entry.drawAt().toString())
            .put("wave", entry.permit().wave())
            .put("entry", entry.buyerHash().toString());
    return entry.reason() == null ? json : json.put("reason", entry.reason());
  }

  private static JsonObject describe(Standing entry) {
    JsonObject json =
        new JsonObject()
            .put("order", entry.order().toString())
            .put("status", entry.state().name())
            .put("sku", entry.sku())
            .put("quantity", entry.quantity())
            .put("drawAt", entry.drawAt().toString())
            .put("wave", entry.wave())
            .put("entry", entry.entry());
    return entry.reason() == null ? json : json.put("reason", entry.reason());
  }

  private JsonObject describe(OrderId id, OrderStatus status) {
    JsonObject json = new JsonObject().put("order", id.toString()).put("status", status.name());
    return status == OrderStatus.QUEUED && storeAway.getAsBoolean()
        ? json.put("reason", "store-unavailable")
        : json;
  }

  private JsonObject describe(Order order) {
    JsonObject json =
        describe(order.id(), order.status())
            .put("sku", order.sku())
            .put("quantity", order.quantity())
            .put("amountMinor", order.amountMinor());
    if (order.reason() != null) {
      json.put("reason", order.reason());
    }
    if (order.status() == OrderStatus.PLACED) {
      json.put("payUrl", payLink.url(order)).put("payBefore", order.payBefore().toString());
    }
    return json;
  }

  /** The buyer's order in a sale: the one that is coming, else the live one, else the latest. */
  Optional<OrderId> findMine(String sale, BuyerId buyer) {
    Optional<Entry> entry = gate.findEntry(sale, buyer);
    if (entry.isPresent() && entry.get().state() == Entry.State.WAITING) {
      return Optional.of(entry.get().permit().order());
    }
    Optional<OrderId> coming =
        permits
            .find(sale, buyer, false)
            .or(() -> engine.findQueued(sale, buyer).map(queued -> queued.claim().order()));
    if (coming.isPresent()) {
      return coming;
    }
    Optional<Order> latest = store.findLatest(sale, buyer);
    return latest
        .filter(order -> order.status().isLive())
        .map(Order::id)
        .or(() -> permits.find(sale, buyer, true))
        .or(
            () ->
                gate.findElsewhere(sale, buyer).filter(OrderLookup::isComing).map(Standing::order))
        .or(() -> latest.map(Order::id));
  }

  private static boolean isComing(Standing entry) {
    return entry.state() == Standing.State.WAITING || entry.state() == Standing.State.DRAWN;
  }
}
