namespace StreamBert.Model.Tokenization;

/// <summary>The special tokens as a vocabulary spells them.</summary>
internal sealed record SpecialTokenNames(string Cls, string Sep, string Unknown, string Pad, string Mask)
{
    public static SpecialTokenNames Bert { get; } = new("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]");
    public static SpecialTokenNames Roberta { get; } = new("<s>", "</s>", "<unk>", "<pad>", "<mask>");

    public IEnumerable<string> All => [Cls, Sep, Unknown, Pad, Mask];
}
