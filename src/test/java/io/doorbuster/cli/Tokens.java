package io.doorbuster.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;

/** What a shop gives a buyer who has signed in. */
final class Tokens {
  private Tokens() {}

  /** A token for the next five minutes, with the issuer and the audience of the defaults. */
  static String of(String secret, String buyer) throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.HS256),
            new JWTClaimsSet.Builder()
                .issuer("shop")
                .audience("doorbuster")
                .subject(buyer)
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build());
    jwt.sign(new MACSigner(secret.getBytes(UTF_8)));
    return jwt.serialize();
  }
}
