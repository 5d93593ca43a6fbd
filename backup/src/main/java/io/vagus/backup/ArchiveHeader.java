package io.vagus.backup;

/**
 * What an archive says of itself at its beginning.
 *
 * @param format of the archive
 * @param dataFormat of the data folder in it
 * @param created RFC 3339
 * @param sizeBytes of all files
 */
public record ArchiveHeader(int format, int dataFormat, String created, int files, long sizeBytes) {

  /** The newest format that this version reads, and the one it writes. */
  public static final int FORMAT = 1;
}
