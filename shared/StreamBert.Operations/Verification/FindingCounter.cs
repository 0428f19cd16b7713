namespace StreamBert.Operations.Verification;

/// <summary>Counts findings by kind.</summary>
internal sealed class FindingCounter
{
    private readonly Dictionary<string, long> _counts = [];

    public long this[string kind] => _counts.GetValueOrDefault(kind);

    /// <summary>Counts a finding and returns it.</summary>
    /// <param name="finding">The finding; null to count none.</param>
    /// <param name="records">The number of records that it is about.</param>
    public IEnumerable<VerificationFinding> Count(VerificationFinding? finding, long records = 1)
    {
        if (finding is null)
            return [];
        _counts[finding.Kind] = this[finding.Kind] + records;
        return [finding];
    }
}
