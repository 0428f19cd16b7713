using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Entities;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Tests.Model.Entities;

public sealed class EntityDecoderTests
{
    private const string Text = "Tim Cook of Apple.";
    private static readonly HeadManifest Head = new()
    {
        Name = "entities",
        Labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG"],
        Task = HeadTask.TokenClassification,
        Pooling = Pooling.None
    };

    /// <summary>[CLS] Tim Co ##ok of Apple . [SEP]</summary>
    private static readonly EncodedText Encoded = new([101, 5, 6, 7, 8, 9, 10, 102], false)
    {
        Text = Text,
        Offsets = [default, new(0, 3), new(4, 6), new(6, 8), new(9, 11), new(12, 17), new(17, 18), default],
    };

    [Fact]
    public void The_first_token_of_a_word_determines_its_tag_and_entities_have_offsets_in_the_text()
    {
        var entities = Decode("O", "B-PER", "I-PER", "B-ORG", "O", "B-ORG", "B-ORG", "O");

        Assert.Equal(
            [("PER", "Tim Cook", 0, 8), ("ORG", "Apple", 12, 17)],
            entities.Select(static entity => (entity.Type, entity.WithText(Text).Text!, entity.Start, entity.End)));
        Assert.All(entities, static entity => Assert.Equal("entities", entity.Head));
    }

    [Fact]
    public void A_tag_that_continues_no_entity_begins_one() =>
        Assert.Equal(
            ["PER Tim", "ORG Cook", "ORG Apple"],
            Decode("O", "I-PER", "I-ORG", "O", "O", "I-ORG", "O", "O")
                .Select(static entity => $"{entity.Type} {Text[entity.Start..entity.End]}"));

    [Fact]
    public void Confidence_is_the_mean_of_the_calibrated_probabilities_of_the_words()
    {
        var logits = Logits("O", "B-PER", "I-PER", "O", "O", "O", "O", "O");
        (logits[2 * 5], logits[2 * 5 + 2]) = (-50, 0.001f); // the second word is undecided between four tags

        var entity = Assert.Single(EntityDecoder.Decode(Head with { Temperature = 2 }, logits, Encoded));

        var first = Math.Exp(4 / 2.0) / (Math.Exp(4 / 2.0) + 4);
        Assert.Equal((first + 0.25) / 2, entity.Confidence, 3);
    }

    [Fact]
    public void A_model_without_a_token_classification_head_returns_null_and_a_text_without_entities_an_empty_list()
    {
        Assert.Null(EntityDecoder.Decode(Encoded, [(new() { Name = "sentiment", Labels = ["a", "b"] }, [0, 1])]));
        Assert.Empty(EntityDecoder.Decode(Encoded, [(Head, Logits("O", "O", "O", "O", "O", "O", "O", "O"))])!);
    }

    [Fact]
    public void A_Hugging_Face_checkpoint_finds_entities_in_the_original_text()
    {
        using var model = TextClassifier.Load(SharedData.Require(Path.Combine("hf_golden", "bert-cased-tokencls")));
        const string text = "Satya Nadella told reporters in Seattle that Microsoft will open a new office in Nairobi next spring.";

        var entities = model.Classify([model.Encode(text)])[0].Entities!.Select(static entity => entity.WithText(text)).ToList();

        // The checkpoint's weights are random: its entities are nonsense, but equal to those from Hugging Face's word labels.
        Assert.Equal(("ORG", "Satya"), (entities[0].Type, entities[0].Text));
        Assert.Equal(("MISC", "Nadella"), (entities[1].Type, entities[1].Text));
        Assert.Equal(("LOC", "spring"), (entities[^1].Type, entities[^1].Text));
    }

    private static List<Entity> Decode(params string[] tags) => [.. EntityDecoder.Decode(Head, Logits(tags), Encoded)];

    /// <summary>Creates a row for each token: 4 for its tag, otherwise 0.</summary>
    private static float[] Logits(params string[] tags) =>
        [.. tags.SelectMany(static tag => Head.Labels.Select(label => label == tag ? 4f : 0f))];
}
