namespace StreamBert.Cli.Bench.Tokenization;

/// <summary>Contains the result of <c>bench tokenizer</c>: medians over the rounds, on one thread.</summary>
/// <param name="Ratio">The tokens per second of StreamBert divided by those of Microsoft.ML.Tokenizers.</param>
/// <param name="DifferentTexts">The number of texts whose token ids differ.</param>
internal sealed record TokenizerFigures(
    int Texts,
    int Rounds,
    long Tokens,
    double TokensPerSecond,
    double BytesPerText,
    double MicrosoftTokensPerSecond,
    double MicrosoftBytesPerText,
    double Ratio,
    int DifferentTexts);
