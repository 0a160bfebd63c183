package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waves with {@code pick: fair} over several gates and a real Redis. */
@Tag("redis")
@Timeout(120)
final class SharedFairWavesIT {
  private static final Duration EVERY = Duration.ofSeconds(1);

  @TempDir private Path folder;

  private static Entry waiting(SharedGates.One gate, Sale sale, String buyer) {
    Verdict verdict = gate.ask(sale, buyer, 1);
    assertThat(verdict).isInstanceOf(Verdict.Waiting.class);
    return ((Verdict.Waiting) verdict).entry();
  }

  private static List<Permit> winners(SharedGates world) {
    List<Permit> all = new ArrayList<>();
    world.gates.forEach(one -> all.addAll(one.winners));
    return all;
  }

  private static Set<String> hashes(SharedGates world, Sale sale, List<Permit> permits) {
    return permits.stream()
        .map(permit -> hash(world, sale, permit.buyer()))
        .collect(Collectors.toSet());
  }

  private static String hash(SharedGates world, Sale sale, BuyerId buyer) {
    return BuyerHash.of(world.gate(0).ids.buyerSalt(sale.id()), buyer).toString();
  }

  private static Set<String> drawn(Sale sale, WaveRecord wave) {
    return new Draw(sale.id(), SharedGates.SEED)
        .winners(wave).stream().map(BuyerHash::toString).collect(Collectors.toSet());
  }

  private static List<WaveRecord> records(SharedGates world, Sale sale) {
    return world.waves.list(sale.id());
  }

  private static void awaitRecords(SharedGates world, Sale sale, int admitted) {
    await()
        .untilAsserted(
            () -> {
              assertThat(records(world, sale).stream().mapToInt(WaveRecord::admitted).sum())
                  .isEqualTo(admitted);
              assertThat(winners(world)).hasSize(admitted);
            });
  }

  @Test
  void draw_oneBuyerAtAllGates_isOneEntry() throws Exception {
    try (SharedGates world = new SharedGates(folder, 3)) {
      Sale sale = world.open(Pick.FAIR, 4, EVERY, 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.2);
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        for (SharedGates.One gate : world.gates) {
          entries.add(waiting(gate, sale, "buyer-" + i));
        }
      }
      awaitRecords(world, sale, 4);
      assertThat(winners(world)).extracting(Permit::buyer).doesNotHaveDuplicates().hasSize(4);
      await().until(() -> entries.stream().noneMatch(e -> e.state() == Entry.State.WAITING));
      assertThat(entries.stream().filter(e -> e.state() == Entry.State.NOT_DRAWN))
          .hasSize(8)
          .allMatch(e -> "already-ordered".equals(e.reason()));
      assertThat(records(world, sale))
          .singleElement()
          .satisfies(
              wave -> {
                assertThat(wave.complete()).isTrue();
                assertThat(Draw.entries(wave)).as("merged").hasSize(4);
                assertThat(drawn(sale, wave)).isEqualTo(hashes(world, sale, winners(world)));
              });
    }
  }

  @Test
  void draw_entriesOfAllGates_isTheDrawOfOneGate() throws Exception {
    try (SharedGates world = new SharedGates(folder, 3)) {
      Sale sale = world.open(Pick.FAIR, 5, EVERY, 12);
      world.tickAll();
      int wins = 0;
      for (int wave = 0; wave < 3; wave++) {
        world.awaitWave(sale, wave, 0.5);
        for (int i = 0; i < 60; i++) {
          world.gate(i % 3).ask(sale, "buyer-" + wave + "-" + i, 1 + i % 2);
          if (i % 5 == 0) {
            world.gate((i + 1) % 3).ask(sale, "buyer-" + wave + "-" + i, 1 + (i + 1) % 2);
          }
        }
        int number = wave;
        await().until(() -> records(world, sale).stream().anyMatch(r -> r.number() == number));
        int before = wins;
        int admitted = records(world, sale).get(wave).admitted();
        await().until(() -> winners(world).size() == before + admitted);
        wins += admitted;
      }
      List<WaveRecord> records = records(world, sale);
      assertThat(records).hasSize(3).allMatch(WaveRecord::complete);
      for (WaveRecord wave : records) {
        List<Permit> own =
            winners(world).stream().filter(permit -> permit.wave() == wave.number()).toList();
        assertThat(drawn(sale, wave)).isEqualTo(hashes(world, sale, own));
        assertThat(Draw.entries(wave)).hasSize(60);
        assertThat(own.stream().mapToInt(Permit::quantity).sum()).isLessThanOrEqualTo(wave.units());
      }
      assertThat(world.oversold).hasValue(0);
      assertThat(winners(world).stream().mapToInt(Permit::quantity).sum()).isBetween(11, 12);
    }
  }

  @Test
  void end_asSoonAsItIsShown_isKnownAtOtherGates() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Map<OrderId, WaveNode.Standing.State> elsewhere = new ConcurrentHashMap<>();
      Sale sale = world.open(Pick.FAIR, 3, EVERY, 100);
      Gate shows = world.gate(0).gate;
      shows.onEntryChanged(
          entry ->
              elsewhere.put(
                  entry.permit().order(),
                  world
                      .gate(1)
                      .gate
                      .findElsewhere(sale.id(), entry.permit().order())
                      .map(WaveNode.Standing::state)
                      .orElseThrow()));
      world.tickAll();
      List<Entry> entries = new ArrayList<>();
      for (int wave = 0; wave < 2; wave++) {
        world.awaitWave(sale, wave, 0.3);
        for (int i = 0; i < 100; i++) {
          if (world.gate(0).ask(sale, "buyer-" + wave + "-" + i, 1)
              instanceof Verdict.Waiting waits) {
            entries.add(waits.entry());
          }
        }
      }
      awaitRecords(world, sale, 6);
      await().until(() -> elsewhere.size() == entries.size());
      assertThat(entries).hasSizeGreaterThan(10);
      for (Entry entry : entries) {
        assertThat(elsewhere)
            .containsEntry(
                entry.permit().order(), WaveNode.Standing.State.valueOf(entry.state().name()));
      }
    }
  }

  @Test
  void waiting_whileOthersMayHaveGivenUsUp_isNotSaidFromMemory() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 3, Duration.ofSeconds(30), 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.01);
      SharedGates.One stalled = world.gate(0);
      OrderId order = waiting(stalled, sale, "buyer-1").permit().order();
      assertThat(stalled.gate.findEntry(sale.id(), order)).isPresent();
      stalled.node.cut = true;
      await().until(() -> stalled.gate.findEntry(sale.id(), order).isEmpty());
      await()
          .ignoreExceptions()
          .until(
              () ->
                  world.gate(1).gate.findElsewhere(sale.id(), order).orElseThrow().state()
                      == WaveNode.Standing.State.NOT_DRAWN);
      stalled.node.cut = false;
      world.awaitWave(sale, 0, 0.5);
      assertThat(stalled.gate.findEntry(sale.id(), order)).as("given up").isEmpty();
      OrderId next = waiting(world.gate(1), sale, "buyer-2").permit().order();
      assertThat(world.gate(1).gate.findEntry(sale.id(), next)).isPresent();
    }
  }

  @Test
  void draw_gateStandsStill_isNotWaitedForAndItsEntriesAreNotCounted() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 5, EVERY, 100);
      world.tick(world.gate(0));
      world.awaitWave(sale, 0, 0.3);
      List<Entry> late = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        waiting(world.gate(0), sale, "prompt-" + i);
        late.add(waiting(world.gate(1), sale, "late-" + i));
      }
      world.awaitWave(sale, 1, 0);
      await().atMost(Duration.ofMillis(800)).until(() -> world.gate(0).winners.size() == 5);
      world.tick(world.gate(1));
      await().until(() -> late.stream().allMatch(e -> e.state() == Entry.State.NOT_DRAWN));
      assertThat(late).allMatch(e -> "not-counted".equals(e.reason()));
      assertThat(world.gate(1).winners).isEmpty();
      WaveRecord record = records(world, sale).getFirst();
      assertThat(record.complete()).isFalse();
      assertThat(drawn(sale, record)).isEqualTo(hashes(world, sale, winners(world)));
    }
  }

  @Test
  void live_gateThatDied_hasItsEntriesToldAndAdmitsNobodyWhenItIsBack() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 5, EVERY, 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.3);
      Entry own = waiting(world.gate(0), sale, "anna");
      Entry lost = waiting(world.gate(1), sale, "ben");
      await().until(() -> elsewhere(world.gate(0), sale, lost).isPresent());
      assertThat(elsewhere(world.gate(0), sale, lost).orElseThrow())
          .satisfies(
              standing -> {
                assertThat(standing.state()).isEqualTo(WaveNode.Standing.State.WAITING);
                assertThat(standing.drawAt()).isEqualTo(lost.drawAt());
                assertThat(standing.entry()).isEqualTo(lost.buyerHash().toString());
              });
      world.gate(1).node.cutAfterHandIn = true;
      await()
          .atMost(Duration.ofSeconds(12))
          .until(
              () ->
                  elsewhere(world.gate(0), sale, lost).orElseThrow().state()
                      == WaveNode.Standing.State.NOT_DRAWN);
      assertThat(elsewhere(world.gate(0), sale, lost).orElseThrow().reason())
          .isEqualTo("not-counted");
      assertThat(own.state()).isEqualTo(Entry.State.DRAWN);
      world.gate(1).node.cutAfterHandIn = false;
      world.gate(1).node.cut = false;
      await().until(() -> lost.state() == Entry.State.NOT_DRAWN);
      assertThat(lost.reason()).isEqualTo("not-counted");
      assertThat(world.gate(1).winners).isEmpty();
      assertThat(records(world, sale).getFirst().complete()).isFalse();
    }
  }

  private static Optional<WaveNode.Standing> elsewhere(
      SharedGates.One gate, Sale sale, Entry entry) {
    return gate.gate.findElsewhere(sale.id(), entry.permit().order());
  }

  @Test
  void find_entryOfAnotherGate_isToldByOrderAndByBuyer() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 1, EVERY, 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.1);
      Entry entry = waiting(world.gate(1), sale, "anna");
      BuyerId anna = new BuyerId("anna");
      await().until(() -> world.gate(0).gate.findElsewhere(sale.id(), anna).isPresent());
      assertThat(world.gate(0).gate.findElsewhere(sale.id(), anna).orElseThrow().order())
          .isEqualTo(entry.permit().order());
      for (int i = 0; i < 2_000 && entry.state() == Entry.State.WAITING; i++) {
        world.gate(1).ask(sale, "buyer-" + i, 1);
      }
      assertThat(entry.state()).as("pushed out").isEqualTo(Entry.State.NOT_DRAWN);
      await()
          .until(
              () ->
                  elsewhere(world.gate(0), sale, entry).orElseThrow().state()
                      == WaveNode.Standing.State.NOT_DRAWN);
    }
  }

  @Test
  void enter_nodeAway_isOverloadedAndGoesOnWhenItIsBack() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 5, EVERY, 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.3);
      Entry entry = waiting(world.gate(0), sale, "anna");
      world.server().kill();
      await()
          .until(
              () ->
                  world.gate(0).ask(sale, "away-" + System.nanoTime(), 1)
                          instanceof Verdict.Refused no
                      && no.refusal() == Refusal.OVERLOADED);
      world.awaitWave(sale, 1, 0.2);
      assertThat(entry.state()).isEqualTo(Entry.State.WAITING);
      world.server().start();
      await().until(() -> entry.state() != Entry.State.WAITING);
      assertThat(entry.state()).as("why not: %s", entry.reason()).isEqualTo(Entry.State.DRAWN);
      await().until(() -> winners(world).contains(entry.permit()));
    }
  }

  @Test
  void close_gateLeavesDuringAWave_holdsNobodyUp() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FAIR, 5, EVERY, 100);
      world.tickAll();
      world.awaitWave(sale, 0, 0.3);
      waiting(world.gate(0), sale, "anna");
      Entry left = waiting(world.gate(1), sale, "ben");
      world.gate(1).gate.close();
      // It is shown once the other gate can know it too.
      await().pollInterval(Duration.ofMillis(5)).until(() -> "not-counted".equals(left.reason()));
      world.awaitWave(sale, 1, 0);
      await().atMost(Duration.ofMillis(250)).until(() -> winners(world).size() == 1);
      assertThat(records(world, sale).getFirst().complete()).isFalse();
    }
  }
}
