using StreamBert.Model.Tokenization.Normalizers;
using StreamBert.Model.Tokenization.PreTokenizers;

namespace StreamBert.Model.Tokenization.Pipeline;

/// <summary>The components of a tokenizer in the order in which they process a text.</summary>
internal sealed record PipelineComponents
{
    public IReadOnlyList<INormalizer> Normalizers { get; init; } = [];
    public IReadOnlyList<IPreTokenizer> PreTokenizers { get; init; } = [];
    public required ITokenModel Model { get; init; }
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];
    public required SpecialTokens SpecialTokens { get; init; }
    public int? MaxLength { get; init; }

    /// <summary>The token that replaces every web address; null to leave web addresses as they are.</summary>
    public AddedToken? Url { get; init; }
}
