package bench;

import static bench.Machine.text;

import bench.OpenLoop.Outcome;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Refusals and admissions while more buyers sign in than the pass desk can serve. */
final class SignInStorm implements Race {
  private static final double RATE_GOAL = 0.8;
  private static final double P99_GOAL = 1.0;
  private static final double P99_TIMES = 1.2;

  /** About twice what one core can verify of ES256. */
  private static final int STORM_RATE = 5_000;

  private static final int STORM_CONNECTIONS = 256;
  private static final int TOKENS = 2_000;
  private static final int BUYERS = 20_000;
  private static final int CONNECTIONS = 64;
  private static final int ADMITTED_RATE = 2_000;

  @Override
  public List<String> lines() {
    return List.of("storm-rate", "storm-p99");
  }

  /** Everything that the two halves share. */
  private record Scene(Lab lab, Server server, OpenLoop storm, Buffer[] signIns) {
    CompletableFuture<Outcome> rage(int seconds) {
      return storm.start(
          STORM_RATE, STORM_RATE * seconds, Duration.ZERO, i -> signIns[i % signIns.length]);
    }
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("shop").generate();
    Path jwks = lab.folder().resolve("jwks.json");
    Files.writeString(jwks, new JWKSet(key.toPublicJWK()).toString());
    Server server = lab.server(Lab.SERVER_CORE, "identity: {jwksFile: " + jwks + "}");
    server.sell("race", 100_000, Refusals.fairWaves(), "5s", Duration.ofSeconds(1));
    OpenLoop storm = lab.openLoop(server.port(), STORM_CONNECTIONS);
    Scene scene = new Scene(lab, server, storm, signIns(key));
    return List.of(rate(scene), p99(scene));
  }

  private static Buffer[] signIns(ECKey key) throws JOSEException {
    ECDSASigner signer = new ECDSASigner(key);
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("shop").build();
    Buffer[] signIns = new Buffer[TOKENS];
    for (int buyer = 0; buyer < TOKENS; buyer++) {
      JWTClaimsSet claims =
          new JWTClaimsSet.Builder()
              .issuer("shop")
              .audience("doorbuster")
              .subject("buyer-" + buyer)
              .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
              .build();
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(signer);
      signIns[buyer] = OpenLoop.post("/api/sales/race/pass", token.serialize(), "");
    }
    return signIns;
  }

  private static Result rate(Scene scene) throws Exception {
    Lab lab = scene.lab();
    Path passes = scene.server().signer("race").write(lab.folder().resolve("passes"), 0, BUYERS);
    Wrk wrk = new Wrk(lab, CONNECTIONS, passes, "race");
    var warming = scene.rage(lab.warmUpSeconds());
    wrk.run(Lab.LOAD_CORE, scene.server().port(), lab.warmUpSeconds());
    warming.get();
    List<Double> ratios = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int pair = 0; pair <= lab.pairs(); pair++) {
      Wrk.Run calm = wrk.run(Lab.LOAD_CORE, scene.server().port(), lab.measureSeconds());
      var raging = scene.rage(lab.measureSeconds() + 1);
      Wrk.Run stormy = wrk.run(Lab.LOAD_CORE, scene.server().port(), lab.measureSeconds());
      Outcome signedIn = raging.get();
      if (pair > 0) {
        ratios.add(stormy.perSecond() / calm.perSecond());
        details.add(
            text(
                "%,.0f/s without, %,.0f/s with %,d sign-ins/s answered by %s",
                calm.perSecond(), stormy.perSecond(), STORM_RATE, signedIn.statuses()));
      }
    }
    details.addFirst(text("%d connections refused, %d sign in", CONNECTIONS, STORM_CONNECTIONS));
    List<String> profile =
        Profile.of(
            lab,
            scene.server(),
            () -> {
              var raging = scene.rage(lab.measureSeconds());
              wrk.run(Lab.LOAD_CORE, scene.server().port(), lab.measureSeconds());
              raging.get();
            });
    double core = Math.max(0.001, 1 - Lab.median(ratios));
    return new Result("storm-rate", Lab.median(ratios), RATE_GOAL, details, profile)
        .with(Map.of("signInMicros", core * 1e6 / STORM_RATE));
  }

  private static Result p99(Scene scene) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int pair = 0; pair <= scene.lab().pairs(); pair++) {
      double calm = admittedP99(scene, "calm-" + pair);
      var raging = scene.rage(scene.lab().measureSeconds() + 2);
      double stormy = admittedP99(scene, "stormy-" + pair);
      raging.get();
      if (pair > 0) {
        ratios.add(P99_TIMES * calm / stormy);
        details.add(text("p99 %.1f ms without, %.1f ms with", calm, stormy));
      }
    }
    details.addFirst(
        text("%,d admitted/s by an open loop, %d connections", ADMITTED_RATE, STORM_CONNECTIONS));
    return new Result("storm-p99", Lab.median(ratios), P99_GOAL, details);
  }

  private static double admittedP99(Scene scene, String sale) throws Exception {
    int orders = ADMITTED_RATE * scene.lab().measureSeconds();
    scene.server().sell(sale, orders, Orders.allAtOnce(orders), "5s", Duration.ZERO);
    Server.Signer signer = scene.server().signer(sale);
    Buffer[] requests = new Buffer[orders];
    for (int buyer = 0; buyer < orders; buyer++) {
      requests[buyer] = OpenLoop.buy(sale, signer.pass(buyer));
    }
    OpenLoop buyers = scene.lab().openLoop(scene.server().port(), STORM_CONNECTIONS);
    var outcome =
        buyers.start(ADMITTED_RATE, orders, Duration.ofMillis(300), i -> requests[i]).get();
    if (outcome.accepted().getTotalCount() < orders) {
      throw new IOException("not all were admitted: " + outcome.statuses());
    }
    return Outcome.p99Ms(outcome.accepted());
  }
}
