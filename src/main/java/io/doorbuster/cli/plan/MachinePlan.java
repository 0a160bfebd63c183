package io.doorbuster.cli.plan;

/** What serves the crowd: gates, order writers, Redis, PostgreSQL. */
record MachinePlan(Crowd crowd, Site site, PerCore core, PlanSheet sheet) {
  /** As many as the drills have run with. */
  private static final int GATES_REHEARSED = 2;

  private static final int GATES_MIN = 2;
  private static final int WRITERS_MIN = 2;
  private static final int PRIMARIES_MIN = 3;

  /** Redis: of a buyer it knows, and of an order in its queue. */
  private static final double KNOWN_BYTES = 100;

  private static final double QUEUED_BYTES = 500;

  private static final double MICROS = 1e6;
  private static final double MEGA = 1e6;

  void write() {
    int gates = gates();
    writers();
    redis();
    postgres(gates);
  }

  private int gates() {
    sheet.part("gates");
    double requests = crowd.requestsPerSecond();
    double signIns = crowd.arrivalsPerSecond();
    double orders = crowd.ordersPerSecond();
    double signInCores = signIns * core.signInMicros() / MICROS;
    double busy =
        requests * core.refusalMicros() / MICROS
            + signInCores
            + orders * core.orderMicros() / MICROS;
    double cores =
        sheet.add(
            "cores",
            busy / site.load(),
            "",
            "(%s/s * %s us + %s sign-ins/s * %s us + %s orders/s * %s us) / %s",
            requests,
            core.refusalMicros(),
            signIns,
            core.signInMicros(),
            orders,
            core.orderMicros(),
            site.load());
    int spare = 1;
    int gates = (int) Math.max(GATES_MIN, Math.ceil(cores / site.coresPerGate()) + spare);
    sheet.add(
        "gates of " + site.coresPerGate() + " cores",
        gates,
        "",
        "%s / %s, and one that may die",
        cores,
        site.coresPerGate());
    double seen = (double) crowd.buyers() / (gates - spare);
    double waiting = Math.max(crowd.waiting(), (double) crowd.wave() * crowd.skus());
    sheet.add(
        "memory of a gate",
        (seen * core.buyerBytes() + waiting * core.connectionBytes() / (gates - spare)) / MEGA,
        "MB beside its start",
        "%s buyers * %s bytes + %s who wait * %s bytes",
        seen,
        core.buyerBytes(),
        waiting / (gates - spare),
        core.connectionBytes());
    if (seen > site.buyersMax()) {
      sheet.warn(
          "a gate meets %s buyers and keeps %s: raise gate.buyersMax, or those that it forgets"
              + " may try again at once",
          seen, site.buyersMax());
    }
    if (signInCores > busy / 2) {
      sheet.warn(
          "sign-ins take more than half of the gates' time: open the page earlier than %s s before",
          Crowd.seconds(crowd.arrival()));
    }
    if (gates > GATES_REHEARSED) {
      sheet.warn(
          "%s gates: nothing has run with more than %s; rehearse it (docs/operating.md)",
          gates, GATES_REHEARSED);
    }
    return gates;
  }

  private void writers() {
    sheet.part("order writers");
    double orders = crowd.ordersPerSecond();
    sheet.add(
        "order writers",
        Math.max(WRITERS_MIN, Math.ceil(orders / (core.ordersPerSecond() * site.load()))),
        "",
        "%s orders/s / (%s/s * %s), at least %s",
        orders,
        core.ordersPerSecond(),
        site.load(),
        WRITERS_MIN);
  }

  private void redis() {
    sheet.part("Redis");
    double orders = crowd.ordersPerSecond();
    sheet.add(
        "primaries",
        Math.max(PRIMARIES_MIN, Math.ceil(orders / (core.reservationsPerSecond() * site.load()))),
        "",
        "%s orders/s / (%s/s * %s), at least %s, each with a replica",
        orders,
        core.reservationsPerSecond(),
        site.load(),
        PRIMARIES_MIN);
    sheet.add(
        "cores in use",
        orders * core.reserveMicros() / MICROS / site.load(),
        "",
        "%s orders/s * %s us / %s",
        orders,
        core.reserveMicros(),
        site.load());
    sheet.add(
        "memory",
        crowd.units() * (KNOWN_BYTES + QUEUED_BYTES) / MEGA,
        "MB at most",
        "%s units * (%s + %s bytes), if no order were written meanwhile",
        crowd.units(),
        KNOWN_BYTES,
        QUEUED_BYTES);
  }

  private void postgres(int gates) {
    sheet.part("PostgreSQL");
    double orders = crowd.ordersPerSecond();
    sheet.add(
        "cores",
        orders * core.commitMicros() / MICROS / site.load(),
        "",
        "%s orders/s * %s us / %s",
        orders,
        core.commitMicros(),
        site.load());
    int each = 10;
    sheet.add(
        "connections",
        (gates + WRITERS_MIN) * each,
        "",
        "(%s gates + %s writers) * store.connections, %s",
        gates,
        WRITERS_MIN,
        each);
  }
}
