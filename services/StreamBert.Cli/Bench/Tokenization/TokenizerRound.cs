namespace StreamBert.Cli.Bench.Tokenization;

/// <summary>Contains the measurement of one tokenizer in one round.</summary>
/// <param name="AllocatedBytes">Bytes allocated by the thread.</param>
internal sealed record TokenizerRound(long Tokens, double TokensPerSecond, long AllocatedBytes)
{
    public static TokenizerRound Measure(Func<long> countTokens, TimeProvider time)
    {
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var start = time.GetTimestamp();
        var tokens = countTokens();
        var elapsed = time.GetElapsedTime(start);
        return new(tokens, tokens / elapsed.TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - allocatedBefore);
    }
}
