package io.doorbuster.page;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Published pages as objects in a bucket of Amazon S3, or of a server that speaks as it does.
 *
 * <h2>Design</h2>
 *
 * The key is the address: {@code s/boots/} on the web is {@code s/boots/index.html} here, behind
 * the prefix. Each object says in its metadata what it was made of, by a hash of the content and
 * all that is sent with it. So another process, or this one after a restart, knows by a HEAD what
 * is there; an ETag would not do, since not every server makes it of the content. What this process
 * has seen there is not asked for again.
 */
public final class BucketTarget implements PageTarget {
  /**
   * Which bucket, and how.
   *
   * @param endpoint null for Amazon's own
   * @param prefix before every key: empty, or with a slash at its end
   * @param pathStyle whether the bucket's name is the first part of the path, not of the host
   * @param keys null for the SDK's own chain: environment, profile, container, instance
   */
  public record Options(
      String bucket,
      @Nullable URI endpoint,
      String region,
      String prefix,
      boolean pathStyle,
      @Nullable Keys keys,
      StoredForm form) {}

  /** Who writes there. */
  public record Keys(String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "(secret)";
    }
  }

  private static final String MADE_OF = "doorbuster";
  private static final int AT_A_TIME = 8;
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** With all tries of the SDK, which are three. */
  private static final Duration CALL = Duration.ofSeconds(25);

  private final Options options;
  private final S3Client client;

  /** By key, what the object is made of: of each sale the files of now. */
  private final Map<String, String> there = new ConcurrentHashMap<>();

  public BucketTarget(Options options) {
    this.options = options;
    client = client(options);
  }

  private static S3Client client(Options options) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(options.region))
            .forcePathStyle(options.pathStyle)
            // Other servers do not know Amazon's newer checksums, nor its way to send in chunks.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .chunkedEncodingEnabled(false)
                    .expectContinueEnabled(false)
                    .build())
            .overrideConfiguration(call -> call.apiCallTimeout(CALL))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(SILENCE));
    if (options.endpoint != null) {
      builder.endpointOverride(options.endpoint);
    }
    Keys keys = options.keys;
    if (keys != null) {
      builder.credentialsProvider(
          StaticCredentialsProvider.create(
              AwsBasicCredentials.create(keys.accessKey, keys.secretKey)));
    }
    return builder.build();
  }

  @Override
  public String kind() {
    return "bucket";
  }

  @Override
  public String where() {
    String server =
        options.endpoint == null ? "s3://" : options.endpoint.toString().replaceAll("/*$", "/");
    return server + options.bucket + "/" + options.prefix;
  }

  @Override
  public boolean isNear() {
    return false;
  }

  private String home(String sale) {
    return options.prefix + "s/" + sale + "/";
  }

  @Override
  public void put(String sale, List<Encoded> files, boolean anew, Runnable written)
      throws IOException, InterruptedException {
    String home = home(sale);
    List<String> keys = files.stream().map(file -> home + file.file().name()).toList();
    there.keySet().removeIf(key -> key.startsWith(home) && (anew || !keys.contains(key)));
    for (int turn = 0; turn < PageFile.TURNS; turn++) {
      List<Step> steps = new ArrayList<>();
      for (Encoded file : files) {
        if (file.file().turn() == turn) {
          steps.add(
              () -> {
                put(home + file.file().name(), file);
                written.run();
              });
        }
      }
      doAll(steps);
    }
  }

  @Override
  public List<String> listMissing(String sale, List<Encoded> files)
      throws IOException, InterruptedException {
    Set<String> missing = new ConcurrentSkipListSet<>();
    List<Step> steps = new ArrayList<>();
    for (Encoded file : files) {
      String key = home(sale) + file.file().name();
      steps.add(
          () -> {
            if (findMadeOf(key).filter(madeOf(file)::equals).isEmpty()) {
              missing.add(key);
            }
          });
    }
    doAll(steps);
    return List.copyOf(missing);
  }

  /** What tells an object from one that is to take its place. */
  private String madeOf(Encoded file) {
    return "%s %s %s %s"
        .formatted(
            file.etag(),
            file.body(options.form).encoding(),
            file.file().contentType(),
            StaticFiles.cacheControl(file.file()));
  }

  private void put(String key, Encoded file) {
    Encoded.Body body = file.body(options.form);
    String type = file.file().contentType();
    String cache = StaticFiles.cacheControl(file.file());
    String madeOf = madeOf(file);
    if (madeOf.equals(there.get(key)) || findMadeOf(key).filter(madeOf::equals).isPresent()) {
      there.put(key, madeOf);
      return;
    }
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(options.bucket)
            .key(key)
            .contentType(type)
            .cacheControl(cache)
            .metadata(Map.of(MADE_OF, madeOf));
    if (!body.encoding().isEmpty()) {
      request.contentEncoding(body.encoding());
    }
    client.putObject(request.build(), RequestBody.fromBytes(body.bytes().getBytes()));
    there.put(key, madeOf);
  }

  /** Who may not list a bucket is told 403 of what is not there; a PUT tells what is wrong. */
  private Optional<String> findMadeOf(String key) {
    try {
      HeadObjectResponse head =
          client.headObject(request -> request.bucket(options.bucket).key(key));
      return Optional.ofNullable(head.metadata().get(MADE_OF));
    } catch (S3Exception e) {
      if (e.statusCode() == 404 || e.statusCode() == 403) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void remove(String sale) throws IOException, InterruptedException {
    String home = home(sale);
    there.keySet().removeIf(key -> key.startsWith(home));
    doAll(List.of(() -> delete(home + PageRenderer.HTML)));
    doAll(List.of(() -> delete(home + PageRenderer.EMBED)));
    List<Step> steps = new ArrayList<>();
    doAll(
        List.of(
            () -> {
              for (S3Object rest :
                  client
                      .listObjectsV2Paginator(list -> list.bucket(options.bucket).prefix(home))
                      .contents()) {
                steps.add(() -> delete(rest.key()));
              }
            }));
    doAll(steps);
  }

  /** Amazon says nothing of what was not there; others may. */
  private void delete(String key) {
    try {
      client.deleteObject(request -> request.bucket(options.bucket).key(key));
    } catch (NoSuchKeyException e) {
      // It is gone, as it is to be.
    }
  }

  /** One call, or a few. */
  @FunctionalInterface
  private interface Step {
    void run();
  }

  /** A few at a time; after the first fault the others are broken off. */
  private void doAll(List<Step> steps) throws IOException, InterruptedException {
    Semaphore places = new Semaphore(AT_A_TIME);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> running = new ArrayList<>();
      for (Step step : steps) {
        running.add(
            pool.submit(
                () -> {
                  places.acquire();
                  try {
                    step.run();
                  } finally {
                    places.release();
                  }
                  return true;
                }));
      }
      try {
        for (Future<Boolean> one : running) {
          one.get();
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        if (e.getCause() instanceof SdkException refused) {
          throw BucketFault.of(refused, options);
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
