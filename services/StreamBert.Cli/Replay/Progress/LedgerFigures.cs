using StreamBert.Contracts;

namespace StreamBert.Cli.Replay.Progress;

/// <summary>Contains the ledger of one input topic, with the late texts of its pipeline.</summary>
internal sealed record LedgerFigures(long In, long Out, long DeadLettered)
{
    public long Late { get; init; }
    public long TooLate { get; init; }
    public long ClockSkew { get; init; }
}
