using System.Text.Json.Nodes;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Tests.Model.Adapters.Peft;

/// <summary>An adapter as PEFT writes it: key names, shapes and configuration by its documentation, values of its own.</summary>
internal sealed class PeftAdapter : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Generator _generator = new(21, CPU);

    /// <summary>The fields of <c>adapter_config.json</c>.</summary>
    public JsonObject Config { get; } = new()
    {
        ["alpha_pattern"] = new JsonObject(),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = "bert-base-uncased",
        ["bias"] = "none",
        ["corda_config"] = null,
        ["eva_config"] = null,
        ["exclude_modules"] = null,
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layer_replication"] = null,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["loftq_config"] = new JsonObject(),
        ["lora_alpha"] = 6,
        ["lora_bias"] = false,
        ["lora_dropout"] = 0.1,
        ["megatron_config"] = null,
        ["modules_to_save"] = new JsonArray("classifier", "score"),
        ["peft_type"] = "LORA",
        ["r"] = 2,
        ["rank_pattern"] = new JsonObject(),
        ["revision"] = null,
        ["target_modules"] = new JsonArray("query", "value"),
        ["task_type"] = "SEQ_CLS",
        ["trainable_token_indices"] = null,
        ["use_dora"] = false,
        ["use_rslora"] = false,
    };

    /// <summary>Adds lora_A [rank, inputs] and lora_B [outputs, rank] of a module.</summary>
    public void AddLora(string module, int rank, int inputs, int outputs)
    {
        Add(module + ".lora_A.weight", rank, inputs);
        Add(module + ".lora_B.weight", outputs, rank);
    }

    public void Add(string name, params long[] shape)
    {
        using var scope = NewDisposeScope();
        _tensors.Add("base_model.model." + name, randn(shape, generator: _generator).DetachFromDisposeScope());
    }

    /// <summary>The values of a tensor, row by row.</summary>
    public float[] Get(string name) => _tensors["base_model.model." + name].ToFloats();

    /// <summary>Computes B · A entry by entry: [outputs × inputs].</summary>
    public double[] Multiply(string module, int rank)
    {
        float[] a = Get(module + ".lora_A.weight"), b = Get(module + ".lora_B.weight");
        int inputs = a.Length / rank, outputs = b.Length / rank;
        return [.. from row in Enumerable.Range(0, outputs)
                   from column in Enumerable.Range(0, inputs)
                   select Enumerable.Range(0, rank).Sum(k => (double)b[row * rank + k] * a[k * inputs + column])];
    }

    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "adapter_config.json"), Config.ToJsonString());
        var path = Path.Combine(directory, "adapter_model.safetensors");
        SafeTensorsWriter.Write(path, [.. _tensors.Select(static pair => (pair.Key, pair.Value))], isHalf: false);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        _generator.Dispose();
    }
}
