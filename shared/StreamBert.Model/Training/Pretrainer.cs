using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamBert.Model.Training;

/// <summary>
/// Masked-language-model pre-training from scratch (Devlin et al. 2018): some tokens are hidden and guessed from the others.
/// The guesses' output layer shares the word embeddings and is dropped afterwards.
/// </summary>
public static class Pretrainer
{
    /// <summary>Learns a vocabulary and an encoder from the recipe's corpus and writes them as a package without heads.</summary>
    public static void Run(
        Recipe recipe,
        RecipeRows rows,
        string outputDirectory,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var texts = recipe.Corpus.SelectMany(source => source.Texts(rows)).Where(static text => text.Length > 0).ToList();
        var vocabulary = WordPieceTrainer.Train(texts, recipe.Sizes.Vocabulary, minPairCount: 3);
        var tokenizer = new WordPieceTokenizer(vocabulary, lowercase: true, collapseUrls: true);
        var ids = texts.SelectMany(text => Pieces(tokenizer.Encode(text, 4096).Ids, recipe.Pretraining.MaxTokens)).ToList();
        var config = Config(recipe.Sizes, vocabulary.Count);
        random.manual_seed(recipe.Seed);
        using var generator = new Generator((ulong)recipe.Seed, CPU);
        using var network = new TextNetwork(config, [], Weights.Initialize(config, [], generator));
        Train(network, ids, tokenizer, recipe, progress, cancellation);
        ModelPackage.Save(outputDirectory, network, vocabulary,
            new PackageManifest
            {
                Version = recipe.Version + "-pretrained",
                Heads = [],
                MaxTokens = recipe.MaxTokens,
                CollapseUrls = true
            });
    }

    private static EncoderConfig Config(RecipeSizes sizes, int vocabulary) => new()
    {
        VocabularySize = vocabulary,
        HiddenSize = sizes.Hidden,
        Layers = sizes.Layers,
        AttentionHeads = sizes.AttentionHeads,
        IntermediateSize = sizes.Intermediate,
        MaxPositions = sizes.MaxPositions,
    };

    /// <summary>Long texts become several inputs, each framed by [CLS] and [SEP]; a short rest is dropped.</summary>
    private static IEnumerable<int[]> Pieces(int[] ids, int maxTokens)
    {
        if (ids.Length <= maxTokens) return ids.Length > 4 ? [ids] : [];
        var inner = ids[1..^1];
        return inner.Chunk(maxTokens - 2).Where(static chunk => chunk.Length > 8).Select(chunk => (int[])[ids[0], .. chunk, ids[^1]]);
    }

    private static void Train(
        TextNetwork network,
        List<int[]> texts,
        WordPieceTokenizer tokenizer,
        Recipe recipe,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var options = recipe.Pretraining;
        TorchThreads.Use(options.Threads);
        var shuffle = new Random(recipe.Seed);
        var masking = new Masking(options.MaskShare, tokenizer.SpecialTokens.Mask!.Value, network.Config.VocabularySize, shuffle);
        using var guess = new GuessHead(network.Config);
        var stepsAnEpoch = Batches.Shuffle(texts, options.BatchTokens, shuffle).Count;
        using var schedule = new Schedule("pre-training", network.Weights.AsParameters().Concat(guess.Parameters),
            options.LearningRate, stepsAnEpoch * options.Epochs, options.Epochs, progress);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in Batches.Shuffle(texts, options.BatchTokens, shuffle)
                .Select(indices => indices.Select(i => texts[i]).ToArray()))
            {
                cancellation.ThrowIfCancellationRequested();
                Step(network, guess, masking, batch, options, schedule);
            }
        }
    }

    private static void Step(
        TextNetwork network,
        GuessHead guess,
        Masking masking,
        int[][] texts,
        PretrainOptions options,
        Schedule schedule)
    {
        using var scope = NewDisposeScope();
        using var precision = network.Weights.Cast(options.MixedPrecision ? ScalarType.BFloat16 : ScalarType.Float32);
        using var batch = PackedBatch.Create(texts, CPU);
        var (input, places, targets) = masking.Apply(batch.Ids);
        using var masked = batch.WithIds(input);
        var hidden = network.Encoder.Forward(masked, options.Dropout).index_select(0, places);
        var logits = guess.Logits(hidden, network.Weights["bert.embeddings.word_embeddings.weight"], network.Weights.ComputeType);
        schedule.Step(functional.cross_entropy(logits, targets), batch.Tokens);
    }

    /// <summary>Chooses the tokens to hide: of these 80 % become [MASK], 10 % a random token, 10 % stay.</summary>
    private sealed class Masking(double share, int mask, int vocabulary, Random random)
    {
        public (Tensor Input, Tensor Places, Tensor Targets) Apply(Tensor ids)
        {
            var input = ids.data<long>().ToArray();
            var places = new List<long>();
            var targets = new List<long>();
            for (var i = 0; i < input.Length; i++)
            {
                if (input[i] < 5 || random.NextDouble() >= share) continue;
                places.Add(i);
                targets.Add(input[i]);
                var dice = random.NextDouble();
                input[i] = dice < 0.8 ? mask : dice < 0.9 ? random.Next(6, vocabulary) : input[i];
            }

            if (places.Count == 0) (places, targets) = ([0], [input[0]]);
            return (tensor(input), tensor(places.ToArray()), tensor(targets.ToArray()));
        }
    }

    /// <summary>BERT's output layer of the guesses: dense, activation, norm, then the word embeddings.</summary>
    private sealed class GuessHead : IDisposable
    {
        private readonly Parameter _dense, _denseBias, _scale, _shift, _bias;
        private readonly long _hidden;

        public GuessHead(EncoderConfig config)
        {
            _hidden = config.HiddenSize;
            _dense = new Parameter(randn(_hidden, _hidden).mul_(Constants.FreshDeviation));
            (_denseBias, _scale, _shift) = (new Parameter(zeros(_hidden)), new Parameter(ones(_hidden)), new Parameter(zeros(_hidden)));
            _bias = new Parameter(zeros(config.VocabularySize));
        }

        public IEnumerable<Parameter> Parameters => [_dense, _denseBias, _scale, _shift, _bias];

        public Tensor Logits(Tensor x, Tensor words, ScalarType type)
        {
            x = functional.layer_norm(functional.gelu(functional.linear(x, _dense, _denseBias)), [_hidden], _scale, _shift, 1e-12);
            return functional.linear(x.to(type), words.to(type)).to(ScalarType.Float32).add(_bias, Constants.One);
        }

        public void Dispose()
        {
            foreach (var parameter in Parameters) parameter.Dispose();
        }
    }
}
