package io.doorbuster.cli.plan;

/** What the crowd asks for, and what it can hope for: the sale, the CDN, the edge. */
record TrafficPlan(Crowd crowd, Weights weights, Site site, PlanSheet sheet) {
  /** PostgreSQL commits a SKU's orders one batch after the other; a disk's sync bounds them. */
  private static final double ORDERS_A_SECOND_OF_A_SKU = 50_000;

  /** Of a refusal: what the edge hands on, and what it gets. */
  private static final double REQUEST_BYTES = 500;

  private static final double ANSWER_BYTES = 400;

  /** Of a static answer, beside its body: its head, and what packets and TLS add. */
  private static final double HEADER_BYTES = 250 + 100;

  private static final double BITS_A_GIGABIT = 8 / 1e9;
  private static final double TRIES_BEFORE_GONE = 3;

  /** Where the bandwidth of the CDN stands in the sheet. */
  static final String CDN = "CDN";

  static final String BANDWIDTH = "bandwidth to reserve";

  void write() {
    selling();
    cdn();
    edge();
  }

  private void selling() {
    sheet.part("the sale");
    double every = Crowd.seconds(crowd.every());
    double orders =
        sheet.add(
            "orders",
            crowd.ordersPerSecond(),
            "/s at most",
            "%s SKUs * %s places / %s s",
            crowd.skus(),
            crowd.wave(),
            every);
    double lasts =
        sheet.add("the stock lasts", crowd.stockLasts(), "s", "%s / %s", crowd.units(), orders);
    double asks =
        sheet.add(
            "requests a wave",
            crowd.asksPerWave(),
            "",
            crowd.fair() ? "each buyer once: min(%s, %s/s * %s s)" : "min(%s, %s/s * %s s)",
            crowd.buyers(),
            crowd.asksPerSecond(),
            every);
    sheet.add(
        "chance of one try",
        Math.min(1, crowd.skus() * crowd.wave() / asks),
        "",
        "%s places / %s requests",
        crowd.skus() * crowd.wave(),
        asks);
    sheet.add(
        "chance of a buyer",
        Math.min(1, (double) crowd.units() / crowd.buyers()),
        "at most",
        "%s / %s",
        crowd.units(),
        crowd.buyers());
    if (lasts < TRIES_BEFORE_GONE * Crowd.seconds(crowd.tryEvery())) {
      sheet.warn(
          "the stock can be gone after %s s, before a refused buyer has tried three times:"
              + " make release.wave smaller or release.every longer",
          lasts);
    }
    if (orders / crowd.skus() > ORDERS_A_SECOND_OF_A_SKU) {
      sheet.warn(
          "%s orders a second of one SKU are more than one row of PostgreSQL takes (some %s):"
              + " make release.wave smaller, or raise orders.batchRowsMax and measure",
          orders / crowd.skus(), ORDERS_A_SECOND_OF_A_SKU);
    }
  }

  private void cdn() {
    sheet.part(CDN);
    double views = crowd.arrivalsPerSecond();
    double states =
        sheet.add(
            "requests for the state",
            crowd.statesPerSecond(),
            "/s",
            "%s pages ask each second, and up to 0.6 s later",
            crowd.buyers());
    int files = weights.files() + (weights.photo() > 0 ? 1 : 0);
    sheet.add(
        "requests",
        states + views * files,
        "/s",
        "%s/s for the state + %s views/s * %s files",
        states,
        views,
        files);
    double view = weights.firstView() + weights.photo() + files * HEADER_BYTES;
    double state = weights.state() + HEADER_BYTES;
    double gbps =
        sheet.add(
            BANDWIDTH,
            (views * view + states * state) * BITS_A_GIGABIT,
            "Gbit/s",
            "8 * (%s views/s * %s bytes + %s states/s * %s bytes)",
            views,
            view,
            states,
            state);
    if (site.reservedGbps() > 0 && site.reservedGbps() < gbps) {
      sheet.warn(
          "%s Gbit/s are reserved at the CDN and %s are needed: reserve more, or make the photo"
              + " smaller",
          site.reservedGbps(), gbps);
    }
  }

  private void edge() {
    sheet.part("edge");
    double requests = crowd.requestsPerSecond();
    sheet.add(
        "requests that it passes on",
        requests,
        "/s",
        "max(%s / %s s, %s / %s s) + %s who wait for a wave / %s s + %s orders/s * 3",
        crowd.buyers(),
        Crowd.seconds(crowd.peak()),
        crowd.buyers(),
        Crowd.seconds(crowd.tryEvery()),
        crowd.waiting(),
        Crowd.seconds(crowd.every()),
        crowd.ordersPerSecond());
    sheet.add("connections", (double) crowd.buyers(), "", "one a buyer");
    sheet.add(
        "bandwidth to reserve",
        requests * (REQUEST_BYTES + ANSWER_BYTES) * BITS_A_GIGABIT,
        "Gbit/s",
        "8 * %s/s * %s bytes, both ways",
        requests,
        REQUEST_BYTES + ANSWER_BYTES);
    double misses = site.edges() * (weights.state() + HEADER_BYTES + weights.html());
    sheet.add(
        "bandwidth at the origin of the page",
        misses * BITS_A_GIGABIT,
        "Gbit/s",
        "8 * %s edges * %s bytes: the state once a second, the page seldom",
        site.edges(),
        misses / site.edges());
  }
}
