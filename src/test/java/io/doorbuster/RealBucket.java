package io.doorbuster;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A real S3 server in this process, which keeps its objects in memory: one side for who has the
 * keys, and a public one, where anybody may read. Its calls are kept, and some may be refused.
 */
public final class RealBucket implements AutoCloseable {
  public static final String NAME = "sale-pages";
  public static final String ACCESS_KEY = "an-access-key";
  public static final String SECRET_KEY = "a-secret-key-of-this-test";

  /** As {@code PUT key} and {@code DELETE key}, in their order; refused ones too. */
  public final List<String> calls = new CopyOnWriteArrayList<>();

  /** Keys that are not taken. */
  public volatile Predicate<String> refuses = key -> false;

  private final int port = Child.freePort();
  private final BlobStore store = new Watched(new TransientNio2BlobStore());
  private final S3Proxy open;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable S3Proxy server;

  private final class Watched extends ForwardingBlobStore {
    Watched(BlobStore store) {
      super(store);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream in) {
      calls.add("PUT " + request.key());
      if (refuses.test(request.key())) {
        throw S3Exception.builder().statusCode(500).message("refused").build();
      }
      return super.putBlob(request, in);
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
      calls.add("DELETE " + request.key());
      return super.removeBlob(request);
    }
  }

  /** Runs at once, with its bucket or without any. */
  public RealBucket(boolean made) {
    open = S3Proxy.builder().endpoint(loopback(0)).blobStore(store).build();
    start(open);
    start();
    if (made) {
      make();
    }
  }

  private static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static void start(S3Proxy proxy) {
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public void make() {
    store.createContainer(CreateBucketRequest.builder().bucket(NAME).build());
  }

  /** Comes back, on the same port. */
  public void start() {
    server =
        S3Proxy.builder()
            .endpoint(loopback(port))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .blobStore(store)
            .build();
    start(server);
  }

  /** Goes away, with all that it has. */
  public void stop() {
    stop(Objects.requireNonNull(server));
  }

  private static void stop(S3Proxy proxy) {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public URI endpoint() {
    return loopback(port);
  }

  /** Where anybody may read, with the bucket's name. */
  public URI publicAddress() {
    return URI.create("http://127.0.0.1:" + open.getPort() + "/" + NAME);
  }

  /** Nobody may read any more. */
  public void stopPublic() {
    stop(open);
  }

  /** Reads as anybody may. */
  public HttpResponse<byte[]> get(String key) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(publicAddress() + "/" + key)).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Somebody else takes an object away. */
  public void lose(String key) {
    store.removeBlob(DeleteObjectRequest.builder().bucket(NAME).key(key).build());
  }

  @Override
  public void close() {
    stop();
    stop(open);
  }
}
