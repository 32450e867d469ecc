using System.Buffers.Binary;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

internal static class Ids
{
    public static PeerId Numbered(int number)
    {
        var bytes = new byte[Hash256.Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return new PeerId(new Hash256(bytes));
    }
}
