package io.doorbuster.settlement;

import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.order.Installation;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.Pick;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that has gone wrong is loaded anew from the database. */
final class RepairTest {
  @TempDir Path folder;
  private Installation our;
  private Repair repair;

  @BeforeEach
  void open() {
    our = new Installation(folder).selling(20);
    repair = new Repair(our.catalog, our.engine, our.audit, our.reconciler, our.worker);
  }

  @AfterEach
  void close() {
    our.close();
  }

  @Test
  void plan_whileAllIsWell_needsNothingAndChangesNothing() {
    our.place(1);
    Repair.Plan plan = repair.plan(SALE);
    assertThat(plan.needed()).isFalse();
    assertThat(plan.units()).isEqualTo(Map.of(SKU, 19));
    assertThat(plan.orders()).isEqualTo(1);
    assertThat(repair.plan(SALE).epoch()).isEqualTo(plan.epoch());
  }

  @Test
  void run_afterUnitsWereLostInTheEngine_putsThemBackOnSale() {
    our.place(1);
    our.engine.withdraw("by-hand", SALE, SKU, 5);
    Repair.Plan plan = repair.plan(SALE);
    assertThat(plan.needed()).isTrue();
    assertThat(our.available()).isEqualTo(14);
    Repair.Plan after = repair.run(SALE);
    assertThat(after.needed()).isFalse();
    assertThat(after.epoch()).isEqualTo(plan.epoch() + 1);
    assertThat(our.available()).isEqualTo(19);
    our.assertAuditIsOk();
  }

  @Test
  void run_withAQueue_saysWhatItCosts() {
    our.ask(our.claim(SALE, SKU, buyer(1), 2));
    assertThat(repair.plan(SALE).toJson().getInteger("queued")).isEqualTo(2);
    repair.run(SALE);
    assertThat(our.available()).isEqualTo(20);
    our.assertAuditIsOk();
  }

  @Test
  void plan_ofADraft_isRefused() {
    our.catalog.register(Installation.sale("later", Pick.FIRST, Installation.sku("a", 1)));
    assertThatThrownBy(() -> repair.plan("later"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("DRAFT");
  }
}
