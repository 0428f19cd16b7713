namespace StreamBert.Cli.Replay.Requests;

/// <summary>Limits which further columns of a row become attributes of its text.</summary>
/// <param name="MaxCount">The most attributes per text, not counting those that the pipeline monitors.</param>
/// <param name="MaxChars">The most characters per value; longer values are truncated.</param>
internal sealed record AttributeLimits(int MaxCount = AttributeLimits.DefaultMaxCount, int MaxChars = AttributeLimits.DefaultMaxChars)
{
    public const int DefaultMaxCount = 16;
    public const int DefaultMaxChars = 256;
}
