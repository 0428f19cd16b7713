using System.Text.Json.Serialization;

namespace StreamBert.Operations.Verification;

/// <summary>Counts the results of a verification. Checked = predicted + dead-lettered + missing.</summary>
/// <param name="Checked">The number of records that could be verified.</param>
/// <param name="Predicted">The number of records whose first outcome is a prediction.</param>
/// <param name="DeadLettered">The number of records whose first outcome is a dead letter.</param>
/// <param name="InFlight">The number of records that no worker has committed yet; they are not checked.</param>
/// <param name="Missing">The number of records without an outcome.</param>
/// <param name="Duplicated">The number of records with more than one outcome.</param>
/// <param name="Unverifiable">The number of records that cannot be verified, because retention has deleted them or their outcomes.</param>
public sealed record VerificationReport(
    long Checked, long Predicted, long DeadLettered, long InFlight, long Missing, long Duplicated, long Unverifiable)
{
    /// <summary>The number of outputs that follow that of a later record.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>The number of copies that predictions sent to routes.</summary>
    public long Copies { get; init; }

    /// <summary>The number of copies that routes do not have.</summary>
    public long CopiesMissing { get; init; }

    /// <summary>The number of copies that routes have more than once.</summary>
    public long CopiesDuplicated { get; init; }

    /// <summary>The number of trainings, alerts and window revisions checked; 0 if the request selects some texts only.</summary>
    public long Events { get; init; }

    /// <summary>The number of events that were written more than once.</summary>
    public long EventsDuplicated { get; init; }

    /// <summary>
    /// The number of outputs that cannot be read. Foreign records do not fail the verification; a damaged outcome counts as missing too.
    /// </summary>
    public long OutputsUnreadable { get; init; }

    /// <summary>The number of records of all topics that were read with their checksums.</summary>
    public long Read { get; init; }

    /// <summary>The number of damaged records.</summary>
    public long Damaged { get; init; }

    /// <summary>
    /// The number of records that a repair has recorded as lost. Outcomes that are missing because of them count as missing.
    /// </summary>
    public long Lost { get; init; }

    /// <summary>The number of records that an older version wrote without a checksum.</summary>
    public long WithoutChecksum { get; init; }

    /// <summary>The number of damages in files that prevent reading.</summary>
    public long FilesDamaged { get; init; }

    /// <summary>
    /// Why the counts prove nothing: a topic does not exist, or there was no record to check. Null if they prove something.
    /// </summary>
    public string? Inconclusive { get; init; }

    /// <summary>Whether records were checked, and none is missing, duplicated, out of order or damaged.</summary>
    [JsonPropertyName("passed")]
    public bool HasPassed => Inconclusive is null
        && Missing + Duplicated + OutOfOrder + CopiesMissing + CopiesDuplicated + EventsDuplicated + Damaged + FilesDamaged == 0;
}
