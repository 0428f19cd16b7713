using System.Text.Json.Nodes;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Adapters.Peft;

/// <summary>
/// Reads <c>adapter_config.json</c> of PEFT's LoRA, and of bottleneck adapters. A setting that changes the network in a way which is not
/// implemented is refused, never ignored.
/// </summary>
internal sealed class AdapterConfigReader
{
    private const int MaxRank = 4096;

    /// <summary>Settings that are supported only where they are off: absent, null, false or empty.</summary>
    private static readonly string[] Unsupported =
    [
        "use_dora", "use_qalora", "lora_bias", "fan_in_fan_out", "layer_replication", "trainable_token_indices", "target_parameters",
        "alora_invocation_tokens", "arrow_config", "use_bdlora", "use_parallel_adapter", "use_adapterp",
    ];

    /// <summary>Initializations that change the base model's weights, to which the adapter is relative.</summary>
    private static readonly string[] ChangedBases = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private readonly ConfigFields _fields;

    private AdapterConfigReader(ConfigFields fields) => _fields = fields;

    /// <exception cref="ModelPackageException">The file is missing or invalid, or states something that is not supported.</exception>
    public static AdapterConfig Read(string path) =>
        new AdapterConfigReader(new ConfigFields(path, PackageJson.Read<JsonObject>(path))).Read();

    private AdapterConfig Read()
    {
        RequireSupported();
        return _fields.GetText("peft_type", "") switch
        {
            AdapterConfig.Lora => ReadLora(),
            AdapterConfig.Bottleneck => ReadBottleneck(),
            var type => throw _fields.Error($"peft_type '{type}' is not supported; {AdapterConfig.Lora} is. Merge other adapters into the "
                + "base model where they were trained (merge_and_unload in PEFT), and import the merged model"),
        };
    }

    private AdapterConfig ReadLora() => new()
    {
        PeftType = AdapterConfig.Lora,
        BaseModel = _fields.GetText("base_model_name_or_path", null),
        Rank = RequireRank("r"),
        Alpha = _fields.GetNumber("lora_alpha", null),
        Dropout = _fields.GetNumber("lora_dropout", 0),
        UseRsLora = _fields.GetFlag("use_rslora"),
        RankPattern = ReadPattern("rank_pattern"),
        AlphaPattern = ReadPattern("alpha_pattern"),
        TargetModules = ReadNames("target_modules"),
        ModulesToSave = ReadNames("modules_to_save"),
        TaskType = _fields.GetText("task_type", null),
    };

    private AdapterConfig ReadBottleneck()
    {
        if (_fields.GetText("non_linearity", "gelu") is var activation && activation != "gelu")
            throw _fields.Error($"non_linearity '{activation}' is not supported; gelu is");
        if (_fields.GetNumber("scaling", 1) is var scaling && scaling is not 1) throw _fields.Error("scaling must be 1");
        return new()
        {
            PeftType = AdapterConfig.Bottleneck,
            BaseModel = _fields.GetText("base_model_name_or_path", null),
            Rank = RequireRank("bottleneck_size"),
            TargetModules = ReadNames("target_modules"),
            ModulesToSave = ReadNames("modules_to_save"),
            TaskType = _fields.GetText("task_type", null),
        };
    }

    private void RequireSupported()
    {
        foreach (var name in Unsupported)
        {
            if (!IsOff(_fields[name])) throw _fields.Error($"{name} is set, which is not supported");
        }
        if (_fields.GetText("bias", "none") is var bias && bias != "none")
            throw _fields.Error($"bias is '{bias}': trained biases are not supported, only none");
        if (_fields["init_lora_weights"] is JsonValue value && value.TryGetValue(out string? start)
            && ChangedBases.Any(prefix => start.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            throw _fields.Error($"init_lora_weights is '{start}', which changes the base model's weights; convert the adapter to plain "
                + "LoRA when it is saved (path_initial_model_for_weight_conversion in PEFT)");
        }
    }

    private static bool IsOff(JsonNode? node) => node switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject fields => fields.Count == 0,
        JsonValue value => value.TryGetValue(out bool flag) && !flag,
        _ => false,
    };

    private int RequireRank(string name) => ToRank(_fields.GetNumber(name, null), name);

    private int ToRank(double value, string name) => value is >= 1 and <= MaxRank && double.IsInteger(value) ? (int)value
        : throw _fields.Error($"{name} must be an integer from 1 to {MaxRank}");

    private ModulePattern ReadPattern(string name)
    {
        if (_fields[name] is null) return ModulePattern.Empty;
        if (_fields[name] is not JsonObject entries) throw _fields.Error($"{name} is not an object of names and numbers");
        return new ModulePattern([.. entries.Select(entry => KeyValuePair.Create(RequirePlain(entry.Key, name), ReadValue(entry, name)))]);
    }

    private double ReadValue(KeyValuePair<string, JsonNode?> entry, string name)
    {
        if (entry.Value is not JsonValue number || !number.TryGetValue(out double value) || !double.IsFinite(value))
            throw _fields.Error($"{name} has no number for '{entry.Key}'");
        return name == "rank_pattern" ? ToRank(value, $"{name} of '{entry.Key}'") : value;
    }

    /// <summary>Returns the names of a list; none for a regular expression, since the tensors of the file say what it selected.</summary>
    private IReadOnlyList<string> ReadNames(string name) => _fields[name] switch
    {
        JsonArray list => [.. list.Select(item => item is JsonValue value && value.TryGetValue(out string? text) ? text
            : throw _fields.Error($"{name} is not a list of texts"))],
        null or JsonValue => [],
        _ => throw _fields.Error($"{name} is not a list of texts"),
    };

    private string RequirePlain(string key, string name) => key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
        ? key
        : throw _fields.Error($"{name} has the regular expression '{key}'; only names of modules are supported");
}
