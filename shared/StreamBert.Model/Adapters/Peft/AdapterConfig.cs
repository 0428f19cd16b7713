using System.Text.Json.Nodes;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>The content of <c>adapter_config.json</c>.</summary>
internal sealed record AdapterConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>The value of <see cref="PeftType"/> for low-rank adapters.</summary>
    public const string Lora = "LORA";

    /// <summary>
    /// The value of <see cref="PeftType"/> for bottleneck adapters, with the names of LLM-Adapters (Hu et al. 2023); PEFT has none.
    /// </summary>
    public const string Bottleneck = "BOTTLENECK";

    public required string PeftType { get; init; }

    /// <summary>The name of the base model; null if it is not stated.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The rank of low-rank updates, or the size of bottlenecks.</summary>
    public required int Rank { get; init; }

    /// <summary>The numerator of the scale of low-rank updates.</summary>
    public double Alpha { get; init; }

    public double Dropout { get; init; }

    /// <summary>Whether the scale is alpha / √rank (Kalajdzievski 2023) instead of alpha / rank.</summary>
    public bool UseRsLora { get; init; }

    /// <summary>Ranks of modules that differ from <see cref="Rank"/>.</summary>
    public ModulePattern RankPattern { get; init; } = ModulePattern.Empty;

    /// <summary>Alphas of modules that differ from <see cref="Alpha"/>.</summary>
    public ModulePattern AlphaPattern { get; init; } = ModulePattern.Empty;

    /// <summary>The names of the adapted modules, or their last parts; empty if a regular expression selects them.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>The modules that the adapter file holds whole.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>PEFT's name of the task; null if there is none for the heads.</summary>
    public string? TaskType { get; init; }

    /// <summary>Returns the rank of a module.</summary>
    public int GetRank(string module) => (int)(RankPattern.Find(module) ?? Rank);

    /// <summary>Returns the scale of a module's low-rank update.</summary>
    public double GetScale(string module)
    {
        double rank = GetRank(module);
        return (AlphaPattern.Find(module) ?? Alpha) / (UseRsLora ? Math.Sqrt(rank) : rank);
    }

    public JsonObject ToJson() => PeftType == Lora ? ToLoraJson() : ToBottleneckJson();

    private JsonObject ToLoraJson() => new(ToCommonJson())
    {
        ["r"] = Rank,
        ["lora_alpha"] = Alpha,
        ["lora_dropout"] = Dropout,
        ["use_rslora"] = UseRsLora,
        ["use_dora"] = false,
        ["fan_in_fan_out"] = false,
        ["init_lora_weights"] = true,
        ["rank_pattern"] = RankPattern.ToJson(),
        ["alpha_pattern"] = AlphaPattern.ToJson(),
    };

    private JsonObject ToBottleneckJson() => new(ToCommonJson())
    {
        ["bottleneck_size"] = Rank,
        ["non_linearity"] = "gelu",
        ["adapter_dropout"] = Dropout,
        ["scaling"] = 1.0,
        ["use_parallel_adapter"] = false,
    };

    private Dictionary<string, JsonNode?> ToCommonJson() => new(StringComparer.Ordinal)
    {
        ["peft_type"] = PeftType,
        ["task_type"] = TaskType,
        ["base_model_name_or_path"] = BaseModel,
        ["bias"] = "none",
        ["inference_mode"] = true,
        ["target_modules"] = ToArray(TargetModules),
        ["modules_to_save"] = ToArray(ModulesToSave),
    };

    private static JsonArray ToArray(IEnumerable<string> names) => [.. names.Select(static name => (JsonNode)name)];
}
