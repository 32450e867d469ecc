using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>Batches of records of one stream: what verifies consists of genuine records in their
/// places.</summary>
public sealed class RecordBatchTarget : IFuzzTarget
{
    private readonly FuzzStream _stream = new();

    /// <summary>Makes the stream and checks that its own batches verify.</summary>
    public RecordBatchTarget()
    {
        Check.That(_stream.Authority.VerifyRecords(_stream.Proven, out _), "a path proves");
        Check.That(_stream.Authority.VerifyRecords(_stream.Signed, out _), "signatures prove");
    }

    /// <inheritdoc/>
    public string Name => "record-batch";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (!RecordBatch.TryDecode(input, out var batch)) return;
        Check.That(input.SequenceEqual(batch!.Encode()), "a batch has one encoding");
        var holds = _stream.Authority.VerifyRecords(batch, out var records);
        Check.That(records.Count == (holds ? batch.Records.Count : 0), "all or nothing");
        for (var i = 0; i < records.Count; i++)
        {
            var id = records[i].Id;
            Check.That(id.Sequence == batch.First + (ulong)i, "a record is in its place");
            var genuine = _stream.Records[(int)(id.Sequence - FuzzStream.First)];
            Check.That(genuine.AsSpan().SequenceEqual(batch.Records[i]), "a record is genuine");
        }
    }
}
