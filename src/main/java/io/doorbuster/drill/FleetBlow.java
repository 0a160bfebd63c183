package io.doorbuster.drill;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.drill.servers.TcpProxy;
import io.doorbuster.drill.workload.Interval.What;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** One fault that befalls a fleet: when, and whom, by a seed. */
final class FleetBlow implements Blow {
  private static final Duration DOWN = Duration.ofSeconds(2);
  private static final Duration POSTGRES_DOWN = Duration.ofSeconds(10);
  private static final Duration PAUSED = Duration.ofSeconds(5);
  private static final Duration REPLICA_SERVES = Duration.ofSeconds(6);
  private static final Duration REDIS_LATER = Duration.ofMillis(150);
  private static final Duration POSTGRES_LATER = Duration.ofMillis(100);
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Duration REDIS_CUT = Duration.ofSeconds(3);
  private static final Duration SKEW = Duration.ofSeconds(2);

  /** Parts of the selling time: late enough for orders to be there, and early enough for more. */
  private static final double EARLIEST = 0.15;

  private static final double LATEST = 0.5;

  private final Fault fault;
  private final Fleet fleet;
  private final AdminApi admin;
  private final Duration selling;
  private final Duration moment;
  private final int whom;
  private final boolean oneWay;

  FleetBlow(Fault fault, Fleet fleet, AdminApi admin, Duration selling, long seed) {
    // Neighbouring seeds of java.util.Random begin nearly alike.
    SplittableRandom random = new SplittableRandom(seed);
    this.fault = fault;
    this.fleet = fleet;
    this.admin = admin;
    this.selling = selling;
    this.moment = moment(selling, random);
    this.whom = random.nextInt(Fleet.SHARDS);
    this.oneWay = random.nextBoolean();
  }

  static Duration moment(Duration selling, SplittableRandom random) {
    double part = EARLIEST + random.nextDouble() * (LATEST - EARLIEST);
    return Duration.ofMillis((long) (selling.toMillis() * part));
  }

  @Override
  public Duration moment() {
    return fault.lastsWholeSale() ? selling.dividedBy(2) : moment;
  }

  @Override
  public Optional<What> excuse() {
    return fault.excuse();
  }

  private ChildServer one(List<ChildServer> many) {
    return many.get(whom % many.size());
  }

  private ChildServer gate() {
    return one(fleet.gates());
  }

  private ChildServer writer() {
    return one(fleet.writers());
  }

  @Override
  public void before() throws InterruptedException {
    if (fault == Fault.KAFKA_DOWN) {
      fleet.backends().kafka().kill();
    } else if (fault == Fault.CLOCK_SKEWED) {
      restart(List.of("-Ddoorbuster.clockSkew=" + SKEW.toSeconds() + "s"));
    }
  }

  @Override
  public void after() throws InterruptedException {
    if (fault == Fault.KAFKA_DOWN) {
      fleet.backends().kafka().start();
    } else if (fault == Fault.CLOCK_SKEWED) {
      restart(List.of());
    }
  }

  private void restart(List<String> flags) throws InterruptedException {
    gate().close();
    gate().flags(flags);
    gate().start();
    admin.awaitReady();
  }

  @Override
  public void strike(String sale) throws InterruptedException {
    switch (fault) {
      case GATE_KILLED -> killed(List.of(gate()));
      case WRITER_KILLED -> killed(List.of(writer()));
      case GATE_AND_WRITER_KILLED -> killed(List.of(gate(), writer()));
      case ROLLING_RESTART -> {
        for (ChildServer process : fleet.all()) {
          process.close();
          process.start();
          admin.awaitReady();
        }
      }
      case GATE_PAUSED -> paused(gate());
      case WRITER_PAUSED -> paused(writer());
      case REDIS_RESTARTED, REDIS_EMPTY, REDIS_FAILOVER -> redisKilled(sale);
      case POSTGRES_STOPPED -> {
        fleet.backends().postgres().stop();
        sleep(POSTGRES_DOWN);
        fleet.backends().postgres().start();
      }
      case POSTGRES_KILLED -> {
        fleet.backends().postgres().kill();
        fleet.backends().postgres().start();
      }
      case REDIS_SLOW, REDIS_CUT, POSTGRES_SLOW, POSTGRES_CUT -> network();
      case KAFKA_DOWN, CLOCK_SKEWED -> {}
    }
  }

  private static void killed(List<ChildServer> those) throws InterruptedException {
    those.forEach(ChildServer::kill);
    sleep(DOWN);
    those.forEach(ChildServer::start);
  }

  private static void paused(ChildServer process) throws InterruptedException {
    process.signal("STOP");
    try {
      sleep(PAUSED);
    } finally {
      process.signal("CONT");
    }
  }

  private void redisKilled(String sale) throws InterruptedException {
    var redis = fleet.backends().redis();
    if (fault == Fault.REDIS_EMPTY) {
      redis.killAll();
      redis.wipe();
    } else if (fault == Fault.REDIS_RESTARTED && oneWay) {
      redis.killAll();
    } else {
      RedisServer primary = redis.primaryOf(sale + ":" + whom);
      primary.kill();
      if (fault == Fault.REDIS_FAILOVER) {
        sleep(REPLICA_SERVES);
      }
    }
    redis.startMissing();
  }

  private void network() throws InterruptedException {
    boolean ofRedis = fault == Fault.REDIS_SLOW || fault == Fault.REDIS_CUT;
    List<TcpProxy> networks =
        ofRedis ? fleet.backends().redis().proxies() : List.of(fleet.backends().postgresNetwork());
    try {
      if (fault == Fault.REDIS_SLOW || fault == Fault.POSTGRES_SLOW) {
        networks.forEach(net -> net.slow(ofRedis ? REDIS_LATER : POSTGRES_LATER));
        sleep(SLOW);
      } else {
        networks.forEach(oneWay ? TcpProxy::cut : TcpProxy::halfOpen);
        sleep(ofRedis ? REDIS_CUT : SLOW);
      }
    } finally {
      networks.forEach(TcpProxy::good);
    }
  }

  private static void sleep(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }
}
