namespace StreamBert.Privacy.Erasure;

/// <summary>Counts what was found of a subject in one place.</summary>
/// <param name="Place">A topic, or <c>state store</c>.</param>
/// <param name="Records">The number of records of the subject there.</param>
/// <param name="Erased">Records whose text is sealed with a deleted key: nobody can read it.</param>
/// <param name="Since">Records sealed with a key that the subject got after the erasure, by writing again.</param>
/// <param name="WithoutText">Records without text.</param>
/// <param name="KeyNotHere">
/// Records sealed with a key that this <c>Privacy:Directory</c> neither holds nor has deleted: it may be in another directory.
/// </param>
/// <param name="Readable">Records with text that anybody can read.</param>
/// <param name="NotJudged">
/// Records that cannot be parsed as what their topic holds, so that their subject is unknown. They are not counted among the records of the
/// subject.
/// </param>
/// <param name="Examples">The positions of the first readable records: <c>topic/partition/offset</c>.</param>
public sealed record PlaceProof(
    string Place,
    long Records,
    long Erased,
    long Since,
    long WithoutText,
    long KeyNotHere,
    long Readable,
    long NotJudged,
    IReadOnlyList<string> Examples);

/// <summary>Shows where the texts of a subject are and whether anybody can read them, from a scan of every record of the log.</summary>
/// <param name="Digest">The digest that identifies the subject.</param>
/// <param name="KeysDeleted">The number of keys deleted for the subject, in all its erasures.</param>
/// <param name="ErasedAt">The time of the last deletion; null if no key of the subject was ever deleted.</param>
/// <param name="CheckedAt">The time of the scan.</param>
/// <param name="RecordsRead">The number of records that were read.</param>
/// <param name="StateStore">
/// Whether the state store was scanned too; it holds copies of predictions and alerts, sealed as in the log.
/// </param>
/// <param name="Places">The places that hold anything of the subject.</param>
public sealed record ErasureProof(
    string Digest,
    int KeysDeleted,
    DateTimeOffset? ErasedAt,
    DateTimeOffset CheckedAt,
    long RecordsRead,
    bool StateStore,
    IReadOnlyList<PlaceProof> Places)
{
    /// <summary>The number of records with text that anybody can read.</summary>
    public long Readable => Places.Sum(static place => place.Readable);

    /// <summary>The number of records sealed with a key that is neither here nor deleted.</summary>
    public long KeyNotHere => Places.Sum(static place => place.KeyNotHere);

    /// <summary>The number of records whose subject is unknown.</summary>
    public long NotJudged => Places.Sum(static place => place.NotJudged);

    /// <summary>Whether everything was scanned, and no text of the subject can be read, here or with keys that are elsewhere.</summary>
    public bool Holds => StateStore && Readable == 0 && KeyNotHere == 0;
}
