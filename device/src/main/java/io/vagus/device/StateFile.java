package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.Ids;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How far a store on disk has come: written in turn into one of two slots, so that one is whole
 * whenever the process dies. It holds the store's lock too. Confined to the store's lock.
 */
final class StateFile implements AutoCloseable {
  private static final int ID_CHARS = 8;
  private static final int LANES = Priority.values().length;
  private static final int SLOT_BYTES = Long.BYTES + LANES * Long.BYTES + Tally.BYTES;
  private static final long[] SLOTS = {64, 64 + 256};

  private final RandomAccessFile file;
  private final String storeId;
  private long generation;

  /** What a slot says. */
  record State(long[] done, Tally tally) {}

  private StateFile(RandomAccessFile file, String storeId) {
    this.file = file;
    this.storeId = storeId;
  }

  static StateFile open(Path file) throws IOException {
    RandomAccessFile state = new RandomAccessFile(file.toFile(), "rw");
    try {
      if (state.getChannel().tryLock() == null) {
        throw locked(file);
      }
    } catch (OverlappingFileLockException e) {
      state.close();
      throw locked(file);
    }
    byte[] id = new byte[ID_CHARS];
    if (state.length() >= ID_CHARS) {
      state.readFully(id);
      return new StateFile(state, new String(id, StandardCharsets.US_ASCII));
    }
    String fresh = Ids.randomHex(ID_CHARS / 2);
    state.seek(0);
    state.write(fresh.getBytes(StandardCharsets.US_ASCII));
    state.getFD().sync();
    return new StateFile(state, fresh);
  }

  private static VagusException locked(Path file) {
    return new VagusException(
        ErrorCode.DATA_LOCKED, file.getParent() + " is used by another device (expected: its own)");
  }

  /** Of all stores, in message ids. */
  String storeId() {
    return storeId;
  }

  /** The newer of the two; of a new store, one that says nothing is done. */
  State read() throws IOException {
    State newest = new State(new long[LANES], new Tally());
    for (long slot : SLOTS) {
      ByteBuffer in = ByteBuffer.allocate(SLOT_BYTES + Integer.BYTES);
      file.seek(slot);
      if (file.read(in.array()) == in.capacity()
          && in.getInt(SLOT_BYTES) == checksum(in.array())
          && in.getLong(0) > generation) {
        generation = in.getLong();
        long[] done = new long[LANES];
        for (int lane = 0; lane < LANES; lane++) {
          done[lane] = in.getLong();
        }
        newest = new State(done, Tally.get(in));
      }
    }
    return newest;
  }

  void write(State state, boolean synced) throws IOException {
    generation++;
    ByteBuffer out = ByteBuffer.allocate(SLOT_BYTES + Integer.BYTES);
    out.putLong(generation);
    for (long number : state.done()) {
      out.putLong(number);
    }
    state.tally().put(out);
    out.putInt(checksum(out.array()));
    file.seek(SLOTS[(int) (generation % SLOTS.length)]);
    file.write(out.array());
    if (synced) {
      file.getFD().sync();
    }
  }

  private static int checksum(byte[] slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot, 0, SLOT_BYTES);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
