using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Tokenization;

public sealed class TokenBufferTests
{
    private static readonly string[] Texts =
        ["Oil prices plunge 3.5% as demand weakens, analysts say.", "Élysée 가나다 中文 🚀 [MASK] antidisestablishmentarianism",
        new string('x', 500)];

    [Theory]
    [InlineData("bert-uncased-seqcls")]
    [InlineData("bert-cased-tokencls")]
    [InlineData("roberta-seqcls")]
    public void A_warm_buffer_encodes_texts_without_allocating(string checkpoint)
    {
        var tokenizer = GoldenTokenizationTests.Checkpoint(checkpoint);
        var buffer = new TokenBuffer();
        var texts = checkpoint.StartsWith("roberta", StringComparison.Ordinal) ? Texts[..2]
            : Texts; // an overlong word is not cached
        foreach (var text in texts) tokenizer.Encode(text, 512, buffer);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 100; round++)
                foreach (var text in texts) tokenizer.Encode(text, 512, buffer);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Other tests use the same tokenizer at the same time and may replace words in its cache, which then allocates once.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => Measure()));
    }
}
