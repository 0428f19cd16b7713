using StreamBert.Streaming.State;

namespace StreamBert.Privacy.Erasure;

/// <summary>What was found of a subject in one place.</summary>
/// <param name="Place">A topic, or <c>state store</c>.</param>
/// <param name="Records">Records of the subject there.</param>
/// <param name="Erased">Their text is sealed and its key deleted: nobody can read it.</param>
/// <param name="Since">Sealed with a key that the subject got after the erasure, by writing again.</param>
/// <param name="WithoutText">They hold no text.</param>
/// <param name="KeyNotHere">Sealed with a key that this <c>Privacy:Directory</c> neither has nor has deleted: it may be in another
/// one.</param>
/// <param name="Readable">They hold text that anybody can read.</param>
/// <param name="NotJudged">Records, not counted among those of the subject, that cannot be read as what their topic holds: nobody can say
/// whose they are.</param>
/// <param name="Examples">Where the first of the readable ones stand: <c>topic/partition/offset</c>.</param>
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

/// <summary>Where the texts of a subject are and whether anybody can read them, from a look at every record of the log.</summary>
/// <param name="Digest">Stands for the subject.</param>
/// <param name="KeysDeleted">Keys deleted for it, in all its erasures.</param>
/// <param name="ErasedAt">The last of them; null if it has never had a key that was deleted.</param>
/// <param name="StateStore">Whether the state store was looked at, too; it holds copies of predictions and alerts, sealed as in the
/// log.</param>
/// <param name="Places">Those that hold anything of the subject.</param>
public sealed record ErasureProof(
    string Digest, int KeysDeleted, DateTimeOffset? ErasedAt, DateTimeOffset CheckedAt, long RecordsRead, bool StateStore, IReadOnlyList<PlaceProof> Places)
{
    public long Readable => Places.Sum(static place => place.Readable);

    public long KeyNotHere => Places.Sum(static place => place.KeyNotHere);

    public long NotJudged => Places.Sum(static place => place.NotJudged);

    /// <summary>Whether everything was looked at, and no text of the subject can be read, here or with keys that are elsewhere.</summary>
    public bool Holds => StateStore && Readable == 0 && KeyNotHere == 0;
}
