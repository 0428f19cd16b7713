namespace StreamBert.Model.Tokenization.PreTokenizers;

/// <summary>A pre-tokenizer of the Rust <c>tokenizers</c>: splits pre-tokens further.</summary>
internal interface IPreTokenizer
{
    PreTokenizedText Split(PreTokenizedText text);
}
