package io.vagus.api;

import java.io.IOException;
import java.io.OutputStream;

/** Where backups come from. Thread-safe. */
@FunctionalInterface
public interface Backups {

  /** Keeps everything as of now, to be written and closed. BUSY while another one is made. */
  Backup take();

  /** All that the server keeps, as of one moment. */
  interface Backup extends AutoCloseable {

    /** Of all files, before they are packed. */
    long sizeBytes();

    /** The archive. */
    void writeTo(OutputStream out) throws IOException;

    @Override
    void close();
  }
}
