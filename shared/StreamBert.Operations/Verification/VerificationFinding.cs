using StreamBert.Contracts;

namespace StreamBert.Operations.Verification;

/// <summary>Describes an error in the log, or records that cannot be verified.</summary>
/// <param name="Kind">One of <see cref="FindingKinds"/>.</param>
/// <param name="Detail">The finding in words.</param>
/// <param name="Origin">The position of the record that the finding is about.</param>
/// <param name="Id">The id of its text or event, where that can be read.</param>
public sealed record VerificationFinding(string Kind, string Detail, RecordPosition? Origin = null, string? Id = null);

/// <summary>Lists the values of <see cref="VerificationFinding.Kind"/>.</summary>
public static class FindingKinds
{
    /// <summary>A record is committed, but neither predicted nor dead-lettered.</summary>
    public const string Missing = "missing";

    /// <summary>A record has more than one prediction or dead letter.</summary>
    public const string Duplicated = "duplicated";

    /// <summary>An output follows that of a later record of the same input partition in the same output partition.</summary>
    public const string OutOfOrder = "out-of-order";

    /// <summary>A route has no copy of a prediction that was sent to it.</summary>
    public const string CopyMissing = "copy-missing";

    /// <summary>A route has more than one copy of a prediction.</summary>
    public const string CopyDuplicated = "copy-duplicated";

    /// <summary>A training, an alert or a revision of a window was written more than once.</summary>
    public const string EventDuplicated = "event-duplicated";

    /// <summary>A record on an output topic is damaged or of another type, so that its text is not known.</summary>
    public const string OutputUnreadable = "output-unreadable";

    /// <summary>The checksum of a record does not match, or the record cannot be decoded.</summary>
    public const string Damaged = "damaged";

    /// <summary>A repair could not recover a record and has recorded its loss.</summary>
    public const string Lost = "lost";

    /// <summary>A file of the log is damaged, so that the records after the damage cannot be read.</summary>
    public const string FilesDamaged = "files-damaged";

    /// <summary>Retention has deleted the records that would tell whether an outcome is missing.</summary>
    public const string Unverifiable = "unverifiable";
}
