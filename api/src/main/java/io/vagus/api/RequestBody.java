package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A request's body, taken in whole and within a bound before anything is done for it: in memory, or
 * in a file when it may be long.
 */
sealed interface RequestBody extends AutoCloseable {

  InputStream open() throws IOException;

  /** SHA-256. */
  byte[] digest();

  /** All of it; only for what is known to be short. */
  default byte[] bytes() throws IOException {
    try (InputStream in = open()) {
      return in.readAllBytes();
    }
  }

  @Override
  void close() throws IOException;

  static RequestBody inMemory(InputStream in, long maxBytes) throws IOException {
    byte[] bytes = in.readNBytes((int) maxBytes + 1);
    requireWithin(bytes.length, maxBytes);
    return new InMemory(bytes);
  }

  static RequestBody inFile(InputStream in, long maxBytes) throws IOException {
    Path file = Files.createTempFile("vagus-bulk-", ".json");
    MessageDigest sha256 = sha256();
    try (OutputStream out = Files.newOutputStream(file);
        InputStream digesting = new DigestInputStream(in, sha256)) {
      byte[] buffer = new byte[16 << 10];
      long size = 0;
      for (int n = digesting.read(buffer); n >= 0; n = digesting.read(buffer)) {
        size += n;
        requireWithin(size, maxBytes);
        out.write(buffer, 0, n);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return new InFile(file, sha256.digest());
  }

  private static void requireWithin(long size, long maxBytes) {
    if (size > maxBytes) {
      throw new VagusException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "body: more than " + maxBytes + " bytes (expected: <= " + maxBytes + ")");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new VagusException(ErrorCode.INTERNAL, "every JDK has SHA-256", e);
    }
  }

  /** In memory. */
  record InMemory(byte[] content) implements RequestBody {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }

    @Override
    public byte[] digest() {
      return sha256().digest(content);
    }

    @Override
    public void close() {}
  }

  /** In a temporary file that goes with it. */
  record InFile(Path file, byte[] digest) implements RequestBody {
    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(file), 64 << 10);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
