package io.doorbuster.order;

import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Permit;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.metrics.Meters;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the engine for units. An answer that is lost is asked for again with the same order ids; one
 * that stays lost is told as Unknown, and its permit counts on, since the order may stand. It is
 * asked for on and on, so that the order comes to stand once the engine is back.
 */
final class Reservations {
  private static final Logger log = LoggerFactory.getLogger(Reservations.class);
  private static final int TRIES_MAX = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final InventoryEngine engine;
  private final Gate gate;
  private final Catalog catalog;
  private final Permits permits;
  private final InstantSource clock;
  private final Meters meters;

  Reservations(
      InventoryEngine engine,
      Gate gate,
      Catalog catalog,
      Permits permits,
      InstantSource clock,
      Meters meters) {
    this.engine = engine;
    this.gate = gate;
    this.catalog = catalog;
    this.permits = permits;
    this.clock = clock;
    this.meters = meters;
  }

  /** Reserves without any waiting; empty where only {@link #reserve} can tell. */
  Optional<ReserveResult> reserveAtOnce(Permit permit) {
    if (!engine.answersAtOnce()) {
      return Optional.empty();
    }
    long epoch = catalog.get(permit.sale()).epoch();
    List<ReserveResult> result = new ArrayList<>(List.of(new Unknown()));
    meters.reservationAtOnce();
    ask(List.of(permit), result);
    if (result.getFirst() instanceof Unknown) {
      return Optional.empty();
    }
    learn(permit, result.getFirst(), epoch);
    return Optional.of(result.getFirst());
  }

  /** One answer a permit, in the same places; all permits are of one sale. */
  List<ReserveResult> reserve(List<Permit> wanted) {
    String sale = wanted.getFirst().sale();
    long epoch = catalog.get(sale).epoch();
    List<ReserveResult> results =
        new ArrayList<>(Collections.nCopies(wanted.size(), (ReserveResult) new Unknown()));
    for (int tries = 1; tries <= TRIES_MAX && results.contains(new Unknown()); tries++) {
      if (tries > 1) {
        pause();
      }
      meters.backendCall();
      ask(wanted, results);
    }
    for (int i = 0; i < wanted.size(); i++) {
      learn(wanted.get(i), results.get(i), epoch);
    }
    return results;
  }

  /** Asks once more for those who were told 202 though the engine's answer was lost. */
  void askAgain() {
    for (List<Permit> wanted : permits.listUnknown()) {
      long epoch = catalog.get(wanted.getFirst().sale()).epoch();
      List<ReserveResult> results =
          new ArrayList<>(Collections.nCopies(wanted.size(), (ReserveResult) new Unknown()));
      ask(wanted, results);
      for (int i = 0; i < wanted.size(); i++) {
        if (!(results.get(i) instanceof Unknown)) {
          learn(wanted.get(i), results.get(i), epoch);
        }
      }
    }
  }

  /** Asks for those whose answer is not known. */
  private void ask(List<Permit> wanted, List<ReserveResult> results) {
    List<Integer> places = new ArrayList<>();
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (results.get(i) instanceof Unknown) {
        places.add(i);
        claims.add(claim(wanted.get(i)));
      }
    }
    try {
      List<ReserveResult> answers = engine.reserve(claims);
      for (int i = 0; i < places.size(); i++) {
        results.set(places.get(i), answers.get(i));
      }
    } catch (StoreUnavailable e) {
      log.debug("the engine does not answer: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("the engine failed; whether {} orders stand is unknown", claims.size(), e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Claim claim(Permit permit) {
    return new Claim(
        permit.order(),
        permit.sale(),
        permit.sku(),
        permit.buyer(),
        permit.quantity(),
        permit.wave(),
        permit.admittedAt(),
        permit.shopRef());
  }

  /**
   * Tells the gate what it can know from now on without asking, and then ends the permit: until
   * then its order is told as QUEUED, so that nobody sees a gap.
   */
  private void learn(Permit permit, ReserveResult result, long epoch) {
    switch (result) {
      case Reserved r -> remember(permit, permit.order(), r.createdAt(), epoch);
      case Unknown u -> {
        permits.unknown(permit, clock.instant());
        return;
      }
      case ReserveResult.AlreadyOrdered a -> remember(permit, a.order(), a.createdAt(), epoch);
      case ReserveResult.OrderedRecently o ->
          gate.remember(permit.sale(), permit.buyer(), o.order(), o.until(), false);
      default -> {}
    }
    if (!(result instanceof Reserved)) {
      gate.endEntry(permit.sale(), permit.order(), Refusals.refusal(result).id());
    }
    permits.ended(permit);
  }

  /** An answer of an epoch that ended meanwhile may be of an order that is lost: not kept. */
  private void remember(Permit permit, OrderId order, Instant createdAt, long epoch) {
    Instant until = createdAt.plus(catalog.get(permit.sale()).sale().limits().orderEvery());
    gate.remember(permit.sale(), permit.buyer(), order, until, true);
    if (catalog.get(permit.sale()).epoch() != epoch) {
      gate.orderEnded(permit.sale(), permit.buyer(), order, true);
    }
  }
}
