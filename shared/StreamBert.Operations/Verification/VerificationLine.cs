namespace StreamBert.Operations.Verification;

/// <summary>Holds one line of a verification: its progress, a finding, or, as the last line, the report.</summary>
/// <param name="Progress">The progress.</param>
/// <param name="Finding">The finding.</param>
/// <param name="Report">The report.</param>
public sealed record VerificationLine(
    VerificationProgress? Progress = null, VerificationFinding? Finding = null, VerificationReport? Report = null);

/// <summary>Tells how many records of a topic a verification has read.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Read">The number of records read.</param>
/// <param name="Total">The number of offsets of the topic.</param>
public sealed record VerificationProgress(string Topic, long Read, long Total);
