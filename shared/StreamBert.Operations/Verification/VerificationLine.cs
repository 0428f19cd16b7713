using System.Text.Json.Serialization;
using StreamBert.Contracts;

namespace StreamBert.Operations.Verification;

/// <summary>One line of a verification: how far it is, something it found, or, last, its result.</summary>
public sealed record VerificationLine(VerificationProgress? Progress = null, Finding? Finding = null, VerificationReport? Report = null);

/// <param name="Topic">The topic being read.</param>
/// <param name="Read">Records read of it.</param>
/// <param name="Of">Offsets it has.</param>
public sealed record VerificationProgress(string Topic, long Read, long Of);

/// <summary>Something that is not as it should be, or that cannot be judged.</summary>
/// <param name="Kind">One of <see cref="FindingKinds"/>.</param>
/// <param name="Detail">What was seen, in words.</param>
/// <param name="Origin">The record it is about.</param>
/// <param name="Id">The id of that record's text, or of the event, where it is known.</param>
public sealed record Finding(string Kind, string Detail, RecordOrigin? Origin = null, string? Id = null);

/// <summary>The values of <see cref="Finding.Kind"/>.</summary>
public static class FindingKinds
{
    /// <summary>Committed, but neither predicted nor dead-lettered.</summary>
    public const string Missing = "missing";

    /// <summary>More than one prediction or dead letter.</summary>
    public const string Doubled = "doubled";

    /// <summary>
    /// A prediction stands after that of a later record of the same partition and the same output partition, so perhaps of the same key.
    /// </summary>
    public const string Disordered = "disordered";

    /// <summary>A prediction names a route on which its copy does not stand.</summary>
    public const string CopyMissing = "copy-missing";

    /// <summary>A route holds a prediction's copy more than once.</summary>
    public const string CopyDoubled = "copy-doubled";

    /// <summary>A training, an alert or a revision of a window was told more than once.</summary>
    public const string EventDoubled = "event-doubled";

    /// <summary>A prediction, a copy of one or a dead letter is damaged, or is none: of which text it is cannot be told.</summary>
    public const string OutputUnreadable = "output-unreadable";

    /// <summary>A record is there and damaged: its checksum does not match, or it cannot be decoded.</summary>
    public const string Damaged = "damaged";

    /// <summary>A record that a repair could not recover, and has recorded as lost.</summary>
    public const string Lost = "lost";

    /// <summary>A file of the log is damaged, so that what it holds from there on cannot be read.</summary>
    public const string FilesDamaged = "files-damaged";

    /// <summary>Retention has removed what would tell.</summary>
    public const string Unjudged = "unjudged";
}

/// <summary>What a verification has counted. Checked = predicted + dead-lettered + missing.</summary>
/// <param name="Checked">Records that could be judged.</param>
/// <param name="Predicted">Those whose first outcome is a prediction.</param>
/// <param name="DeadLettered">Those whose first outcome is a dead letter.</param>
/// <param name="InFlight">Records that no worker has committed yet; they are not checked.</param>
/// <param name="Missing">Those without an outcome.</param>
/// <param name="Doubled">Those with more than one.</param>
/// <param name="Unjudged">Records in the range that cannot be judged, because retention has removed them or what came of them.</param>
public sealed record VerificationReport(
    long Checked,
    long Predicted,
    long DeadLettered,
    long InFlight,
    long Missing,
    long Doubled,
    long Unjudged)
{
    public long Disordered { get; init; }

    /// <summary>Copies that predictions sent to routes.</summary>
    public long Copies { get; init; }
    public long CopiesMissing { get; init; }
    public long CopiesDoubled { get; init; }

    /// <summary>Trainings, alerts and revisions of windows looked at; 0 if only some texts were asked for.</summary>
    public long Events { get; init; }
    public long EventsDoubled { get; init; }

    /// <summary>
    /// Predictions, copies and dead letters that cannot be read. Foreign bytes alone make nothing unsound; a damaged outcome shows as a
    /// missing text too.
    /// </summary>
    public long OutputsUnreadable { get; init; }

    /// <summary>Records of all topics that were read, each with its checksum.</summary>
    public long Read { get; init; }

    /// <summary>Those that are damaged.</summary>
    public long Damaged { get; init; }

    /// <summary>Those that a repair has recorded as lost. What is missing because of them counts as missing.</summary>
    public long Lost { get; init; }

    /// <summary>Those that an older version wrote without a checksum.</summary>
    public long WithoutChecksum { get; init; }

    /// <summary>Damage of files that keeps records from being read.</summary>
    public long FilesDamaged { get; init; }

    /// <summary>
    /// Why this proves nothing, whatever the counts say: a topic that the log does not have, or no record to check. Null: it does prove
    /// something.
    /// </summary>
    public string? Unproven { get; init; }

    /// <summary>Whether something was checked, and nothing of it is missing, doubled, out of order or damaged.</summary>
    [JsonPropertyName("sound")]
    public bool IsSound
        => Unproven is null && Missing + Doubled + Disordered + CopiesMissing + CopiesDoubled + EventsDoubled + Damaged + FilesDamaged == 0;
}
