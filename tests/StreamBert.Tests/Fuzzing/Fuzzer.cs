using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;

namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// Gives a parser its corpus as it is and then mutations of it. Each input must end as a value or as one of the parser's own rejections,
/// within
/// <see cref="Patience"/> and within memory in proportion to its length. The inputs depend on the target's name, their number in the run
/// and
/// <c>STREAMBERT_FUZZ_SEED</c> only; <c>STREAMBERT_FUZZ_INPUTS</c> says how many.
/// </summary>
internal sealed class Fuzzer
{
    /// <summary>Generous: it tells a hang from a busy machine, not slow from fast.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int DefaultInputs = 2_000, ReportedFaults = 10, ReductionAttempts = 2_000, StackBytes = 1 << 20;
    private const long SpareBytes = 16 << 20;

    private readonly string _target;
    private readonly Action<byte[]> _parse;
    private readonly Type[] _rejections;
    private readonly long _bytesPerByte;
    private readonly IReadOnlyList<(string Name, byte[] Content)> _corpus;
    private readonly Dictionary<string, string> _faults = [];
    private volatile byte[] _current = [];
    private long _since, _accepted, _rejected;

    private Fuzzer(string target, Action<byte[]> parse, Type[] rejections, long bytesPerByte) =>
        (_target, _parse, _rejections, _bytesPerByte, _corpus) = (target, parse, rejections, bytesPerByte, Corpus.Of(target));

    public static int Inputs { get; } = Setting("STREAMBERT_FUZZ_INPUTS", DefaultInputs);

    public static int Seed { get; } = Setting("STREAMBERT_FUZZ_SEED", 1);

    /// <param name="parse">Reads an input as the product does; it may check what came of it.</param>
    /// <param name="rejections">The exceptions by which the product refuses an input.</param>
    /// <param name="share">Of the usual number of inputs, for a target that takes long.</param>
    /// <param name="bytesPerByte">What may be allocated for each byte of an input, garbage included; more for a target that reads rows and
    /// keeps none.</param>
    public static void Run(string target, Action<byte[]> parse, Type[] rejections, double share = 1, long bytesPerByte = 64) =>
        new Fuzzer(target, parse, rejections, bytesPerByte).Run((int)Math.Ceiling(Inputs * share));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    /// <summary>
    /// A thread of its own, so that the test can end while the parser does not, and with a stack that is no larger than a server's.
    /// </summary>
    private void Run(int inputs)
    {
        Interlocked.Exchange(ref _since, Stopwatch.GetTimestamp());
        var begun = Stopwatch.GetTimestamp();
        var thread = new Thread(() => FeedAll(inputs), StackBytes) { IsBackground = true, Name = $"fuzzing {_target}" };
        thread.Start();
        while (!thread.Join(250))
        {
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _since)) > Patience)
                Assert.Fail($"{_target}: an input of {_current.Length} bytes takes longer than {Patience.TotalSeconds} s. Base64: {Convert.ToBase64String(_current)}");
        }

        Assert.True(_faults.Count == 0, $"{_target}: {_faults.Count} kinds of fault.\n\n{string.Join("\n\n", _faults.Values)}");
        Assert.True(_accepted > 0, $"{_target}: no input was accepted, so nothing behind the first check was reached.");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"fuzzed {_target}: {_accepted + _rejected} inputs, {_accepted} accepted, {_rejected} rejected, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
    }

    private void FeedAll(int inputs)
    {
        foreach (var (name, content) in _corpus) Feed(content, $"the corpus file {name}");
        var mutations = Mutation.Of([.. _corpus.Select(static seed => seed.Content)]);
        var stream = (uint)_target.Aggregate(Seed, static (hash, c) => unchecked((hash * 31) + c));
        for (var number = 1; number <= inputs && _faults.Count < ReportedFaults; number++)
            Feed(mutations.Generate(new PCG(stream, (ulong)number), null, out _), $"input {number} of seed {Seed}");
    }

    private void Feed(byte[] input, string which)
    {
        if (Fault(input) is not { } fault || _faults.ContainsKey(fault.Kind)) return;
        var smaller = Reduced(input, fault.Kind);
        _faults[fault.Kind]
            = $"{which}, here reduced from {input.Length} to {smaller.Length} bytes: {Fault(smaller)?.Detail ?? fault.Detail}\n"
            + $"as text: {Encoding.UTF8.GetString(smaller)}\nbase64: {Convert.ToBase64String(smaller)}";
    }

    /// <summary>What is wrong with how the input ended: a name for its kind, and the whole of it; null: nothing.</summary>
    private (string Kind, string Detail)? Fault(byte[] input)
    {
        _current = input;
        Interlocked.Exchange(ref _since, Stopwatch.GetTimestamp());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _parse(input);
            _accepted++;
        }
        catch (Exception e) when (_rejections.Contains(e.GetType()))
        {
            _rejected++;
        }
        catch (Exception e)
        {
            return ($"{e.GetType()} {e.StackTrace?.Split('\n').FirstOrDefault(static line => line.Contains("StreamBert.", StringComparison.Ordinal))}", $"{e}");
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= (_bytesPerByte * input.Length) + SpareBytes ? null : ("memory", $"{allocated:N0} bytes were allocated.");
    }

    /// <summary>Leaves out piece after piece as long as the same fault remains.</summary>
    private byte[] Reduced(byte[] input, string kind)
    {
        var attempts = 0;
        for (var size = input.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at < input.Length && attempts++ < ReductionAttempts;)
            {
                var without = Mutation.Replaced(input, at, size, []);
                if (Fault(without)?.Kind == kind) input = without;
                else at += size;
            }
        }

        return input;
    }
}
