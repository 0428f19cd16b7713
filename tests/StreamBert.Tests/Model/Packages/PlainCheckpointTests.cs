using System.Text.Json.Nodes;
using StreamBert.Model;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Tests.Model.Packages;

/// <summary>Loads published checkpoints: old tensor names, fields that are null or absent, numbers as names.</summary>
public sealed class PlainCheckpointTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("bert.", "LayerNorm.gamma", "LayerNorm.beta")]
    [InlineData("", "LayerNorm.gamma", "LayerNorm.beta")]
    [InlineData("", "LayerNorm.weight", "LayerNorm.bias")]
    public void A_checkpoint_with_old_tensor_names_predicts_like_one_with_current_names(string prefix, string gamma, string beta)
    {
        PlainCheckpoint.Write(_folder["today"]);
        PlainCheckpoint.Write(
            _folder["old"],
            name => Replace(Replace(Replace(name, "bert.", prefix), "LayerNorm.weight", gamma), "LayerNorm.bias", beta));

        Assert.Equal(Logits(_folder["today"]), Logits(_folder["old"]));
    }

    [Theory]
    [InlineData(EncoderConfig.Bert, "BertForSequenceClassification", "label", HeadTask.SingleLabel)]
    [InlineData(EncoderConfig.Bert, "BertForTokenClassification", "entities", HeadTask.TokenClassification)]
    [InlineData(EncoderConfig.DistilBert, "DistilBertForSequenceClassification", "label", HeadTask.SingleLabel)]
    [InlineData(EncoderConfig.DistilBert, "DistilBertForTokenClassification", "entities", HeadTask.TokenClassification)]
    public void Without_architectures_the_classifier_is_inferred_from_the_tensors(
        string modelType, string architecture, string head, string task)
    {
        foreach (var (name, said) in new (string, JsonNode?)[] { ("absent", null), ("empty", new JsonArray()) })
        {
            PlainCheckpoint.Write(_folder[name], null, config => config["architectures"] = said, architecture, modelType);

            using var model = TextClassifier.Load(_folder[name]);

            Assert.Equal((head, task), (model.Heads[0].Name, model.Heads[0].Task));
        }
    }

    [Fact]
    public void An_old_token_classifier_with_a_pooler_is_detected_by_its_labels()
    {
        PlainCheckpoint.Write(_folder["ner"], null, static config =>
        {
            config.Remove("architectures");
            config["id2label"] = new JsonObject { ["0"] = "O", ["1"] = "B-PER", ["2"] = "I-PER" };
        });

        Assert.Equal(HeadTask.TokenClassification, ModelPackage.ReadManifest(_folder["ner"]).Heads[0].Task);
    }

    [Theory]
    [InlineData(null, "config.json does not state architectures, and the weights have no classifier")]
    [InlineData("BertModel", "architectures of config.json says BertModel")]
    public void A_checkpoint_without_a_classifier_is_refused_with_the_field(string? architecture, string named)
    {
        PlainCheckpoint.Write(_folder["bare"], static name => name.StartsWith("classifier", StringComparison.Ordinal) ? "" : name,
            config => config["architectures"] = architecture is null ? null : new JsonArray(architecture));

        Assert.Contains(
            named,
            Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["bare"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id2label":{"0":0,"1":1,"2":2}}""", "0 1 2")]
    [InlineData("""{"id2label":{"0":-1,"1":0.5,"2":"up"}}""", "-1 0.5 up")]
    [InlineData("""{"id2label":null,"label2id":{"down":0,"flat":1,"up":2}}""", "down flat up")]
    [InlineData("""{"id2label":null,"label2id":{"down":"0","flat":"1","up":"2"}}""", "down flat up")]
    [InlineData("""{"id2label":null,"label2id":null}""", "LABEL_0 LABEL_1 LABEL_2")]
    [InlineData("""{"id2label":null,"label2id":null,"num_labels":3}""", "LABEL_0 LABEL_1 LABEL_2")]
    [InlineData("""{"id2label":{},"_num_labels":3}""", "LABEL_0 LABEL_1 LABEL_2")]
    [InlineData("""{"id2label":{"0":"a","1":null,"2":"c"}}""", "a LABEL_1 c")]
    public void Labels_come_from_the_configuration_or_else_from_the_size_of_the_classifier(string fields, string labels)
    {
        PlainCheckpoint.Write(_folder["labels"], null, config => Merge(config, fields));

        using var model = TextClassifier.Load(_folder["labels"]);

        Assert.Equal(labels, string.Join(' ', model.Heads[0].Labels));
    }

    [Theory]
    [InlineData("""{"id2label":{"0":"a","2":"c"}}""", "without a gap")]
    [InlineData("""{"id2label":{"0":"a","1":"a","2":"c"}}""", "the same name")]
    [InlineData("""{"id2label":{"0":["a"],"1":"b","2":"c"}}""", "gives '0' no name")]
    [InlineData("""{"is_decoder":true}""", "is_decoder")]
    [InlineData("""{"hidden_size":null}""", "hidden_size is missing")]
    public void Invalid_configurations_are_refused_with_the_field(string fields, string named)
    {
        PlainCheckpoint.Write(_folder["wrong"], null, config => Merge(config, fields));

        Assert.Contains(
            named,
            Assert.Throws<ModelPackageException>(() => TextClassifier.Load(_folder["wrong"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_null_counts_as_absent()
    {
        PlainCheckpoint.Write(_folder["plain"]);
        PlainCheckpoint.Write(_folder["nulls"], null, static config => Merge(config, """
            {"problem_type":null,"hidden_act":null,"layer_norm_eps":null,"type_vocab_size":null,"position_embedding_type":null,
             "pad_token_id":null,"is_decoder":null,"num_labels":null,"label2id":null}
            """));
        File.WriteAllText(Path.Combine(_folder["nulls"], "tokenizer_config.json"), """
            {"do_lower_case":null,"model_max_length":null,"strip_accents":null,"tokenize_chinese_chars":null,"never_split":null,
             "do_basic_tokenize":null,"tokenizer_class":null,
             "cls_token":null,"additional_special_tokens":null,"added_tokens_decoder":null,"add_prefix_space":null}
            """);
        File.WriteAllText(
            Path.Combine(_folder["nulls"], "special_tokens_map.json"),
            """{"cls_token":null,"pad_token":null,"additional_special_tokens":null}""");

        Assert.Equal(Logits(_folder["plain"]), Logits(_folder["nulls"]));
    }

    [Fact]
    public void The_manifest_may_contain_nulls_and_numbers_as_names()
    {
        PlainCheckpoint.Write(_folder["mine"]);
        File.WriteAllText(Path.Combine(_folder["mine"], "streambert.json"), """
            {"format":null,"version":"v1","parent":null,"heads":[{"name":"label","labels":[0,1,"up"],"task":null,"pooling":"cls",
             "template":null,"temperature":null}],"maxTokens":16,"lowercase":null,"reports":null}
            """);

        using var model = TextClassifier.Load(_folder["mine"]);

        Assert.Equal(["0", "1", "up"], model.Heads[0].Labels);
        Assert.Equal(Logits(_folder["mine"]), model.Classify([model.Encode("oil prices fall.")])[0].Logits["label"]);
    }

    public void Dispose() => _folder.Dispose();

    private static float[] Logits(string directory)
    {
        using var model = TextClassifier.Load(directory);
        return model.Classify([model.Encode("oil prices fall.")])[0].Logits.Values.Single();
    }

    private static string Replace(string name, string old, string by) => name.Replace(old, by, StringComparison.Ordinal);

    private static void Merge(JsonObject config, string fields)
    {
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject()) config[name] = value?.DeepClone();
    }
}
